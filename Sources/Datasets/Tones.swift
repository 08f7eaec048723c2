#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Short sounds of eight kinds, 256 samples at 8 kHz: `[N, 1, 256]`, as `Conv1D` takes them.
///
///     let train = try Tones.make(count: 2000, seed: 1)
///
/// Pitch, phase and loudness are random, and there is noise. A wave and its negative are equally
/// likely in each class, so that a linear function of the wave tells the classes hardly better than
/// chance.
public enum Tones {
  /// Samples in a second.
  public static let rate = 8000
  /// Samples of one sound: 32 milliseconds.
  public static let length = 256

  /// What the classes are called.
  public static let classNames = Kind.allCases.map(\.rawValue)

  /// The kinds of sounds, in the order of the classes.
  enum Kind: String, CaseIterable {
    /// A sine of 250 to 450 Hz.
    case low
    /// A sine of 1000 to 1600 Hz.
    case high
    /// Two sines a fifth apart, the lower of 500 to 700 Hz.
    case chord
    /// A square wave of 250 to 450 Hz.
    case buzz
    /// A sine that begins at 400 to 600 Hz and ends three times as high.
    case rising
    /// The same backwards.
    case falling
    /// A sine around 900 to 1200 Hz whose pitch wavers by a third, 90 to 130 times a second.
    case warble
    /// Noise alone.
    case hiss
  }

  /// Makes sounds.
  ///
  /// Errors: a negative count, and one whose sounds take more than 2 GiB.
  public static func make(
    count: Int, seed: UInt64, isCancelled: () -> Bool = { false }
  ) throws -> Dataset {
    let kinds = Kind.allCases
    return try Synthetic.dataset(
      "tones", count: count, shape: [1, length], seed: seed, classCount: kinds.count,
      classNames: classNames, isCancelled: isCancelled
    ) { label, generator, wave in
      write(kinds[label], &generator, wave)
    }
  }

  private static func write(
    _ kind: Kind, _ generator: inout HashGenerator, _ wave: UnsafeMutableBufferPointer<Float>
  ) {
    let loudness = Double(generator.uniform(0.3, 1))
    let noise = Double(generator.uniform(0.02, 0.1))
    let voice = Voice(kind, &generator)
    var phase = Double(generator.unit())
    for index in 0..<length {
      let place = Double(index) / Double(length)
      let value = voice.amplitude(phase) + voice.hiss * Double(generator.bell())
      wave[index] = Float(loudness * value + noise * Double(generator.bell()))
      phase += voice.pitch(place) / Double(rate)
      phase -= phase.rounded(.down)
    }
  }

  /// One sound: how high it is at each place, and the shape of its wave.
  private struct Voice {
    let kind: Kind
    let base: Double
    let waver: Double
    let waverPhase: Double

    init(_ kind: Kind, _ generator: inout HashGenerator) {
      self.kind = kind
      let range: (Float, Float) =
        switch kind {
        case .low, .buzz: (250, 450)
        case .high: (1000, 1600)
        case .chord: (500, 700)
        case .rising, .falling: (400, 600)
        case .warble: (900, 1200)
        case .hiss: (0, 0)
        }
      base = Double(generator.uniform(range.0, range.1))
      waver = Double(generator.uniform(90, 130)) * Double(length) / Double(rate)
      waverPhase = Double(generator.unit())
    }

    /// Amplitude of the noise that is the sound.
    var hiss: Double { kind == .hiss ? 0.6 : 0 }

    /// Hertz at a place from 0 to 1.
    func pitch(_ place: Double) -> Double {
      switch kind {
      case .rising: base * pow(3, place)
      case .falling: base * pow(3, 1 - place)
      case .warble: base * (1 + 0.33 * Self.sine(waverPhase + waver * place))
      default: base
      }
    }

    /// The wave at a phase in turns.
    func amplitude(_ phase: Double) -> Double {
      switch kind {
      case .hiss: 0
      case .buzz: phase < 0.5 ? 0.7 : -0.7
      case .chord:
        // Two turns of the lower tone are three of the upper, so both close after two.
        0.6 * (Self.sine(phase * 2) + Self.sine(phase * 3))
      default: Self.sine(phase)
      }
    }

    private static func sine(_ turns: Double) -> Double { sin(2 * Double.pi * turns) }
  }
}
