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
syntax keyword notchBuiltin Adam AdamW Array AveragePool2D BatchNorm Conv1D Conv2D Dense
syntax keyword notchBuiltin Double Dropout Embedding Flatten GlobalAveragePool2D Int LayerNorm List
syntax keyword notchBuiltin MaxPool2D RMSProp ReLU Residual SGD Sequential String Tensor
syntax keyword notchBuiltin abs accuracy adaRound all any arange argmax argmin
syntax keyword notchBuiltin argsort bars batches binaryCrossEntropy both build calibrate cast
syntax keyword notchBuiltin ceil clip clipped concatenate confusionMatrix conv2d convert correctBias
syntax keyword notchBuiltin cos cosineDecay count crossEntropy cumulativeSum dequantized digits distillationLoss
syntax keyword notchBuiltin drift drop einsum either equalize error evaluate exp
syntax keyword notchBuiltin expect explain eye factor fakeQuantize filter fit flatten
syntax keyword notchBuiltin floor foldBatchNorms freezeRanges full gather gptq help histogram
syntax keyword notchBuiltin histogramCounts huberLoss inf item klDivergence linspace list load
syntax keyword notchBuiltin loadTensors log logSoftmax masked matmul max maximum mean
syntax keyword notchBuiltin meanSquaredError median min minimum mixedPrecision mnist nan oneHot
syntax keyword notchBuiltin ones pad parity percentile pi plot pow prepare
syntax keyword notchBuiltin print quantize quantizedLoss randn relu reshape round save
syntax keyword notchBuiltin scatter scatterAlong select sensitivity setLearningRate show shuffled sigmoid
syntax keyword notchBuiltin sign sin softmax sort split sqnr sqrt square
syntax keyword notchBuiltin stack standardDeviation stepDecay stride sum summary svg sweep
syntax keyword notchBuiltin take tan tanh tile time topK topKAccuracy transposed
syntax keyword notchBuiltin type uniform update valueWithGradient variance warmUp withBits withRequantization
syntax keyword notchBuiltin zeros zip

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
