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
syntax keyword notchBuiltin Adam AdamW Array AveragePool2D BatchNorm Conv1D Conv2D ConvTranspose2D
syntax keyword notchBuiltin Dense Double Dropout Embedding Flatten GRU GlobalAveragePool1D GlobalAveragePool2D
syntax keyword notchBuiltin Identity Int LSTM LayerNorm List MaxPool2D MultiHeadAttention Parallel
syntax keyword notchBuiltin RMSProp ReLU Reshape Residual SGD Sequential String Tensor
syntax keyword notchBuiltin Transpose abs accuracy adaRound all any arange argmax
syntax keyword notchBuiltin argmin argsort bars batches binaryCrossEntropy both build calibrate
syntax keyword notchBuiltin cast ceil clip clipped concatenate confusionMatrix conv2d convTranspose2d
syntax keyword notchBuiltin convert correctBias cos cosineDecay count crossEntropy cumulativeSum dequantized
syntax keyword notchBuiltin digits distillationLoss drift drop einsum either elu equalize
syntax keyword notchBuiltin erf error evaluate exp expect explain eye factor
syntax keyword notchBuiltin fakeQuantize filter fit flatten floor foldBatchNorms freezeRanges full
syntax keyword notchBuiltin gather gelu gptq hardSigmoid hardSwish help histogram histogramCounts
syntax keyword notchBuiltin huberLoss inf item klDivergence leakyRelu linspace list log
syntax keyword notchBuiltin logSoftmax masked matmul max maximum mean meanSquaredError median
syntax keyword notchBuiltin min minimum mish mixedPrecision mnist nan oneHot ones
syntax keyword notchBuiltin pad parity percentile pi plot pow prepare print
syntax keyword notchBuiltin quantize quantizedLoss randn relu reshape round save scatter
syntax keyword notchBuiltin scatterAlong select selu sensitivity setLearningRate show shuffled sigmoid
syntax keyword notchBuiltin sign silu sin softmax softplus sort split sqnr
syntax keyword notchBuiltin sqrt square stack standardDeviation stepDecay stride sum summary
syntax keyword notchBuiltin svg sweep take tan tanh tile time topK
syntax keyword notchBuiltin topKAccuracy transposed type uniform update valueWithGradient variance warmUp
syntax keyword notchBuiltin withBits withRequantization zeros zip

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
