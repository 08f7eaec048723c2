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
syntax keyword notchBuiltin Dense Double Dropout Embedding Flatten GlobalAveragePool2D Int LayerNorm
syntax keyword notchBuiltin List MaxPool2D RMSProp ReLU Residual SGD Sequential String
syntax keyword notchBuiltin Tensor abs accuracy adaRound all any arange argmax
syntax keyword notchBuiltin argmin argsort augmented bars batches binaryCrossEntropy both build
syntax keyword notchBuiltin calibrate cast ceil cholesky cifar10 clip clipped concatenate
syntax keyword notchBuiltin confusionMatrix conv2d convert correctBias cos cosineDecay count crossEntropy
syntax keyword notchBuiltin cumulativeSum dataset dequantized determinant digits distillationLoss drift drop
syntax keyword notchBuiltin droppingMissing einsum either equalize error evaluate exp expect
syntax keyword notchBuiltin explain eye factor fakeQuantize fashionMNIST filter fit flatten
syntax keyword notchBuiltin floor foldBatchNorms freezeRanges full gather gptq help histogram
syntax keyword notchBuiltin histogramCounts huberLoss imageFolder inf inverse item klDivergence leastSquares
syntax keyword notchBuiltin linspace list log logSoftmax masked matmul max maximum
syntax keyword notchBuiltin mean meanSquaredError median min minimum mixedPrecision mnist moons
syntax keyword notchBuiltin nan oneHot ones pad parity parseCSV percentile pi
syntax keyword notchBuiltin plot pow prepare print quantize quantizedLoss randn readCSV
syntax keyword notchBuiltin readImage relu reshape rotated round save scatter scatterAlong
syntax keyword notchBuiltin select sensitivity sentences setLearningRate shifted show shuffled sigmoid
syntax keyword notchBuiltin sign sin softmax solve sort spirals split sqnr
syntax keyword notchBuiltin sqrt square stack standardDeviation stepDecay stride sum summary
syntax keyword notchBuiltin svd svg sweep take tan tanh tile time
syntax keyword notchBuiltin tones topK topKAccuracy transposed type uniform update valueWithGradient
syntax keyword notchBuiltin variance warmUp withBits withNoise withRequantization zeros zip

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
