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
syntax keyword notchBuiltin Adam AdamW Array Augmentation AveragePool2D BatchNorm Conv1D Conv2D
syntax keyword notchBuiltin ConvTranspose2D Dense Double Dropout Embedding Flatten GRU GlobalAveragePool1D
syntax keyword notchBuiltin GlobalAveragePool2D Identity Int LSTM LayerNorm List MaxPool2D MultiHeadAttention
syntax keyword notchBuiltin Parallel RMSProp ReLU Reshape Residual SGD Sequential String
syntax keyword notchBuiltin Tensor Transpose abs accuracy adaRound all any arange
syntax keyword notchBuiltin argmax argmin argsort augmented bars batches binaryCrossEntropy both
syntax keyword notchBuiltin build calibrate cast ceil cholesky cifar10 clip clipped
syntax keyword notchBuiltin concatenate confusionMatrix conv2d convTranspose2d convert correctBias cos cosineDecay
syntax keyword notchBuiltin count crossEntropy cumulativeSum dataset dequantized determinant digits distillationLoss
syntax keyword notchBuiltin drift drop droppingMissing einsum either elu equalize erf
syntax keyword notchBuiltin error evaluate exp expect explain eye factor fakeQuantize
syntax keyword notchBuiltin fashionMNIST filter fit flatten floor foldBatchNorms freezeRanges full
syntax keyword notchBuiltin gather gelu gptq hardSigmoid hardSwish help histogram histogramCounts
syntax keyword notchBuiltin huberLoss imageFolder inf inverse item klDivergence leakyRelu leastSquares
syntax keyword notchBuiltin linspace list load loadTensors log logSoftmax masked matmul
syntax keyword notchBuiltin max maximum mean meanSquaredError median min minimum mish
syntax keyword notchBuiltin mixedPrecision mnist moons nan oneHot ones pad parity
syntax keyword notchBuiltin parseCSV percentile pi plot pow prepare print quantize
syntax keyword notchBuiltin quantizedLoss randn readCSV readImage relu reshape rotated round
syntax keyword notchBuiltin save scatter scatterAlong select selu sensitivity sentences setLearningRate
syntax keyword notchBuiltin shifted show shuffled sigmoid sign silu sin softmax
syntax keyword notchBuiltin softplus solve sort spirals split sqnr sqrt square
syntax keyword notchBuiltin stack standardDeviation stepDecay stride sum summary svd svg
syntax keyword notchBuiltin sweep take tan tanh tile time tones topK
syntax keyword notchBuiltin topKAccuracy transposed type uniform update valueWithGradient variance warmUp
syntax keyword notchBuiltin withBits withNoise withRequantization zeros zip

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
