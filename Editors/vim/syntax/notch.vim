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
syntax keyword notchBuiltin Flatten GlobalAveragePool2D Int List MaxPool2D ReLU Residual SGD
syntax keyword notchBuiltin Sequential String Tensor abs accuracy adaRound all any
syntax keyword notchBuiltin arange argmax argmin bars batches build calibrate cast
syntax keyword notchBuiltin ceil concatenate conv2d convert correctBias cos count crossEntropy
syntax keyword notchBuiltin dequantized digits distillationLoss drift drop equalize error evaluate
syntax keyword notchBuiltin exp expect explain eye fakeQuantize filter fit flatten
syntax keyword notchBuiltin floor foldBatchNorms freezeRanges full gptq help histogram inf
syntax keyword notchBuiltin item linspace list log logSoftmax matmul max maximum
syntax keyword notchBuiltin mean min minimum mixedPrecision mnist nan ones parity
syntax keyword notchBuiltin pi plot pow prepare print quantize quantizedLoss randn
syntax keyword notchBuiltin relu reshape round save scatter select sensitivity show
syntax keyword notchBuiltin shuffled sigmoid sign sin softmax sqnr sqrt square
syntax keyword notchBuiltin stack standardDeviation stride sum summary svg sweep take
syntax keyword notchBuiltin tan tanh time transposed type uniform update valueWithGradient
syntax keyword notchBuiltin variance withBits withRequantization zeros zip

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
