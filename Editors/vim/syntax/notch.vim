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
syntax keyword notchBuiltin Dense Double Dropout Embedding Flatten GRU GlobalAveragePool2D Identity
syntax keyword notchBuiltin Int LSTM LayerNorm List MaxPool2D MultiHeadAttention Parallel RMSProp
syntax keyword notchBuiltin ReLU Residual SGD Sequential String Tensor abs accuracy
syntax keyword notchBuiltin adaRound all any arange argmax argmin argsort bars
syntax keyword notchBuiltin batches binaryCrossEntropy both build calibrate cast ceil clip
syntax keyword notchBuiltin clipped concatenate confusionMatrix conv2d convTranspose2d convert correctBias cos
syntax keyword notchBuiltin cosineDecay count crossEntropy cumulativeSum dequantized digits distillationLoss drift
syntax keyword notchBuiltin drop einsum either equalize error evaluate exp expect
syntax keyword notchBuiltin explain eye factor fakeQuantize filter fit flatten floor
syntax keyword notchBuiltin foldBatchNorms freezeRanges full gather gptq help histogram histogramCounts
syntax keyword notchBuiltin huberLoss inf item klDivergence linspace list log logSoftmax
syntax keyword notchBuiltin masked matmul max maximum mean meanSquaredError median min
syntax keyword notchBuiltin minimum mixedPrecision mnist nan oneHot ones pad parity
syntax keyword notchBuiltin percentile pi plot pow prepare print quantize quantizedLoss
syntax keyword notchBuiltin randn relu reshape round save scatter scatterAlong select
syntax keyword notchBuiltin sensitivity setLearningRate show shuffled sigmoid sign sin softmax
syntax keyword notchBuiltin sort split sqnr sqrt square stack standardDeviation stepDecay
syntax keyword notchBuiltin stride sum summary svg sweep take tan tanh
syntax keyword notchBuiltin tile time topK topKAccuracy transposed type uniform update
syntax keyword notchBuiltin valueWithGradient variance warmUp withBits withRequantization zeros zip

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
