" Made by `make editors`.
autocmd BufNewFile,BufRead *.notch setfiletype notch
