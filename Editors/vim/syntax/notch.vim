" Vim syntax file
" Language: Notch
" Made by `make editors` from the tables of the language; change it there.

if exists("b:current_syntax")
  finish
endif

syntax case match

syntax keyword notchFlow break continue else for if in return while
syntax keyword notchDeclaration func let var
syntax keyword notchConstant false nil true
syntax keyword notchBuiltin Adam Array AveragePool2D BatchNorm Conv2D Dense Double Dropout
syntax keyword notchBuiltin Flatten Int List MaxPool2D ReLU SGD Sequential String
syntax keyword notchBuiltin Tensor abs accuracy adaRound all any arange argmax
syntax keyword notchBuiltin argmin bars batches build calibrate cast ceil concatenate
syntax keyword notchBuiltin conv2d convert correctBias cos count crossEntropy dequantized digits
syntax keyword notchBuiltin distillationLoss drift drop equalize error evaluate exp expect
syntax keyword notchBuiltin explain eye fakeQuantize filter fit flatten floor foldBatchNorms
syntax keyword notchBuiltin freezeRanges full gptq help histogram inf item linspace
syntax keyword notchBuiltin list log logSoftmax matmul max maximum mean min
syntax keyword notchBuiltin minimum mixedPrecision mnist nan ones parity pi plot
syntax keyword notchBuiltin pow prepare print quantize quantizedLoss randn relu reshape
syntax keyword notchBuiltin round save scatter select sensitivity show shuffled sigmoid
syntax keyword notchBuiltin sign sin softmax sqnr sqrt square stack standardDeviation
syntax keyword notchBuiltin stride sum summary svg sweep take tan tanh
syntax keyword notchBuiltin time transposed type uniform update valueWithGradient variance withBits
syntax keyword notchBuiltin withRequantization zeros zip

syntax match notchOperator "\V\(**=\|...\|..<\|!=\|%=\|&&\|**\|*=\|+=\|-=\|->\|\/=\|<=\|==\|>=\|@=\|||\|!\|%\|&\|*\|+\|-\|\/\|<\|=\|>\|@\)"
syntax match notchType "\<\u\w*\>"
syntax match notchChoice "\%(\w\|[])}.\"]\)\@1<!\.\h\w*"
syntax match notchLabel "\<\h\w*\ze:"
syntax match notchNumber "\<\d[0-9_]*\%(\.\d[0-9_]*\)\=\%([eE][-+]\=\d\+\)\=\>"
syntax match notchNumber "\<0x[0-9A-Fa-f_]\+\>"
syntax match notchNumber "\<0b[01_]\+\>"
syntax match notchNumber "\<0o[0-7_]\+\>"

syntax match notchEscape "\\\%([ntr0\"'\\]\|u{\x\+}\)" contained
syntax region notchInterpolation matchgroup=notchEscape start="\\(" end=")" contained contains=TOP
syntax region notchString start=+"+ skip=+\\\\\|\\"+ end=+"+ oneline contains=notchEscape,notchInterpolation
syntax region notchString start=+"""+ end=+"""+ contains=notchEscape,notchInterpolation

syntax region notchComment start="/\*" end="\*/" contains=notchComment
syntax match notchComment "//.*$"
syntax match notchOutput "^//>.*$"
syntax match notchError "^//!.*$"
syntax match notchCell "^//\s*%%\%(\s.*\)\=$" contains=notchKind
syntax match notchKind "\[\%(code\|markdown\|parameters\|exercise\|hint\|solution\|check\)\]" contained
syntax region notchFrontMatter start="\%<8l\_^//\s*---\s*$" end="^//\s*---\s*$" keepend contains=notchKey
syntax match notchKey "^//\s*\zs\h[-A-Za-z0-9_]*\ze:" contained
syntax match notchShebang "\%^#!.*$"

highlight default link notchFlow Keyword
highlight default link notchDeclaration Keyword
highlight default link notchConstant Boolean
highlight default link notchBuiltin Function
highlight default link notchOperator Operator
highlight default link notchType Type
highlight default link notchChoice Constant
highlight default link notchLabel Identifier
highlight default link notchNumber Number
highlight default link notchString String
highlight default link notchEscape SpecialChar
highlight default link notchComment Comment
highlight default link notchOutput SpecialComment
highlight default link notchError WarningMsg
highlight default link notchCell Title
highlight default link notchKind Type
highlight default link notchFrontMatter PreProc
highlight default link notchKey Identifier
highlight default link notchShebang PreProc

let b:current_syntax = "notch"
