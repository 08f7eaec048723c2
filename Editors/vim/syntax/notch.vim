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
syntax keyword notchBuiltin Double Dropout Embedding Flatten Int LayerNorm List MaxPool2D
syntax keyword notchBuiltin RMSProp ReLU SGD Sequential String Tensor abs accuracy
syntax keyword notchBuiltin adaRound all any arange argmax argmin argsort bars
syntax keyword notchBuiltin batches binaryCrossEntropy both build cast ceil clip clipped
syntax keyword notchBuiltin concatenate confusionMatrix conv2d convert correctBias cos cosineDecay count
syntax keyword notchBuiltin crossEntropy cumulativeSum dequantized digits distillationLoss drop einsum either
syntax keyword notchBuiltin equalize error evaluate exp expect eye factor fakeQuantize
syntax keyword notchBuiltin filter fit flatten floor foldBatchNorms freezeRanges full gather
syntax keyword notchBuiltin gptq help histogram histogramCounts huberLoss inf item klDivergence
syntax keyword notchBuiltin linspace list log logSoftmax masked matmul max maximum
syntax keyword notchBuiltin mean meanSquaredError median min minimum mnist nan oneHot
syntax keyword notchBuiltin ones pad percentile pi plot pow prepare print
syntax keyword notchBuiltin quantize quantizedLoss randn relu reshape round save scatter
syntax keyword notchBuiltin scatterAlong select setLearningRate show shuffled sigmoid sign sin
syntax keyword notchBuiltin softmax sort split sqnr sqrt square stack standardDeviation
syntax keyword notchBuiltin stepDecay stride sum summary svg take tan tanh
syntax keyword notchBuiltin tile time topK topKAccuracy transposed type uniform update
syntax keyword notchBuiltin valueWithGradient variance warmUp withBits zeros zip

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
