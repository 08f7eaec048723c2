import Language
import Networks
import Tensors

extension Library {
  static let sequences: [Builtin] = [
    Builtin(
      "Transpose", "The two axes of a sample in the other order: [N, A, B] -> [N, B, A].",
      examples: [Example("Transpose()(ones(2, 3, 4)).shape", "[2, 4, 3]")]
    ) { (_: Session) -> LayerValue in LayerValue(Transpose()) },
    Builtin(
      "Reshape", "The elements of a sample in another shape: [N, ...] -> [N, sizes...].",
      Parameter("_ sizes", "sizes of one sample"),
      examples: [Example("Reshape(2, 6)(ones(5, 3, 4)).shape", "[5, 2, 6]")]
    ) { (_: Session, sizes: Variadic<Int>) -> LayerValue in
      LayerValue(try Reshape(sizes.values))
    },
    Builtin(
      "GlobalAveragePool1D", "The mean of each channel over all steps: [N, C, L] -> [N, C].",
      examples: [Example("GlobalAveragePool1D()(ones(1, 2, 4)).shape", "[1, 2]")]
    ) { (_: Session) -> LayerValue in LayerValue(GlobalAveragePool1D()) },
    Builtin(
      "GRU", "Gated recurrent units: [N, T, C] -> [N, units], or [N, T, units].",
      Parameter("_ units", "size of the state", .positive),
      Parameter("returnsSequence", "whether all states are given", default: false),
      Parameter("bias", "whether biases are added", default: true),
      examples: [
        Example("GRU(8)(zeros(2, 5, 3)).shape", "[2, 8]"),
        Example("GRU(8, returnsSequence: true)(zeros(2, 5, 3)).shape", "[2, 5, 8]"),
      ]
    ) { (_: Session, units: Int, returnsSequence: Bool, bias: Bool) -> LayerValue in
      LayerValue(try GRU(units, returnsSequence: returnsSequence, bias: bias))
    },
    Builtin(
      "LSTM", "Long short-term memory: [N, T, C] -> [N, units], or [N, T, units].",
      Parameter("_ units", "size of the state", .positive),
      Parameter("returnsSequence", "whether all states are given", default: false),
      Parameter("bias", "whether biases are added", default: true),
      examples: [
        Example("LSTM(8)(zeros(2, 5, 3)).shape", "[2, 8]"),
        Example(
          "Sequential(LSTM(8, returnsSequence: true), LSTM(4))(zeros(2, 5, 3)).shape", "[2, 4]"),
      ]
    ) { (_: Session, units: Int, returnsSequence: Bool, bias: Bool) -> LayerValue in
      LayerValue(try LSTM(units, returnsSequence: returnsSequence, bias: bias))
    },
    Builtin(
      "MultiHeadAttention", "Self-attention in several heads: [N, T, C] -> [N, T, C].",
      Parameter("heads", "how many; they divide the channels", .positive),
      Parameter("causal", "whether a step sees no later ones", default: false),
      Parameter("bias", "whether biases are added", default: true),
      examples: [Example("MultiHeadAttention(heads: 2)(zeros(1, 5, 4)).shape", "[1, 5, 4]")]
    ) { (_: Session, heads: Int, causal: Bool, bias: Bool) -> LayerValue in
      LayerValue(try MultiHeadAttention(heads: heads, causal: causal, bias: bias))
    },
  ]
}
