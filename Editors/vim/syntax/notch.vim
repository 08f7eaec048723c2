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
syntax keyword notchBuiltin GlobalAveragePool2D Identity Int LSTM Lambda LayerNorm List MaxPool2D
syntax keyword notchBuiltin MultiHeadAttention Parallel RMSProp ReLU Reshape Residual SGD Sequential
syntax keyword notchBuiltin String Tensor Transpose abs accuracy acos adaRound all
syntax keyword notchBuiltin any arange argmax argmin argsort asin atan augmented
syntax keyword notchBuiltin bars batches binaryCrossEntropy both build calibrate cast ceil
syntax keyword notchBuiltin cholesky cifar10 clip clipped concatenate confusionMatrix conv2d convTranspose2d
syntax keyword notchBuiltin convert correctBias cos cosh cosineDecay count crossEntropy cumulativeSum
syntax keyword notchBuiltin dataset dequantized determinant digits distillationLoss drift drop droppingMissing
syntax keyword notchBuiltin einsum either elu equalize erf error evaluate exp
syntax keyword notchBuiltin expect explain expm1 eye factor fakeQuantize fashionMNIST filter
syntax keyword notchBuiltin fit flatten floor foldBatchNorms freezeRanges full gather gelu
syntax keyword notchBuiltin gptq hardSigmoid hardSwish help histogram histogramCounts huberLoss imageFolder
syntax keyword notchBuiltin inf inverse isFinite isInfinite isNaN item klDivergence leakyRelu
syntax keyword notchBuiltin leastSquares linspace list load loadTensors log log10 log1p
syntax keyword notchBuiltin log2 logSoftmax masked matmul max maximum mean meanSquaredError
syntax keyword notchBuiltin median min minimum mish mixedPrecision mnist moons nan
syntax keyword notchBuiltin oneHot ones pad parity parseCSV percentile pi plot
syntax keyword notchBuiltin pow prepare print quantize quantizedLoss randn readCSV readImage
syntax keyword notchBuiltin reciprocal relu reshape rotated round rsqrt save scatter
syntax keyword notchBuiltin scatterAlong select selu sensitivity sentences setLearningRate shifted show
syntax keyword notchBuiltin shuffled sigmoid sign silu sin sinh softmax softplus
syntax keyword notchBuiltin solve sort spirals split sqnr sqrt square stack
syntax keyword notchBuiltin standardDeviation stepDecay stride sum summary svd svg sweep
syntax keyword notchBuiltin take tan tanh tile time tones topK topKAccuracy
syntax keyword notchBuiltin transposed type uniform update valueWithGradient variance warmUp withBits
syntax keyword notchBuiltin withNoise withRequantization zeros zip

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
