/// The results of a training, epoch by epoch.
public struct History: Sendable, Equatable {
  /// Why a training ended.
  public enum Ending: Sendable, Equatable {
    /// After all its epochs.
    case finished
    /// The loss had not become better for as many epochs as patience allowed.
    case noBetter
    /// The closure after an epoch asked for it.
    case stopped
    /// The loss or a parameter became infinite; the network is that of the best epoch before.
    case diverged(what: String, epoch: Int, step: Int)
  }

  public let epochs: [EpochResult]
  public let ending: Ending
  /// The epoch whose network was kept as the best; nil if that of the last step was.
  public let keptEpoch: Int?
  /// Epochs in front that were taken from a checkpoint.
  public let resumedEpochs: Int

  public init(
    epochs: [EpochResult], ending: Ending = .finished, keptEpoch: Int? = nil,
    resumedEpochs: Int = 0
  ) {
    self.resumedEpochs = resumedEpochs
    self.epochs = epochs
    self.ending = ending
    self.keptEpoch = keptEpoch
  }

  /// A line about an end before its time, or a network that is not the last; nil otherwise.
  public var remark: String? {
    let last = epochs.last?.epoch ?? 0
    let reason: String? =
      switch ending {
      case .finished: nil
      case .noBetter: "stopped after epoch \(last), as the loss became no better"
      case .stopped: "stopped after epoch \(last)"
      case .diverged(let what, let epoch, let step):
        "stopped, as \(what) became infinite in epoch \(epoch), step \(step)"
      }
    let kept: String? =
      keptEpoch == last && reason == nil
      ? nil
      : keptEpoch.map {
        "the network of epoch \($0) is kept"
      }
    let taken: String? =
      switch resumedEpochs {
      case 0: nil
      case 1: "epoch 1 was taken from the checkpoint"
      default: "epochs 1 to \(resumedEpochs) were taken from the checkpoint"
      }
    let parts = [taken, reason, kept].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}

/// Whether a training goes on after an epoch.
public enum EpochDecision: Sendable {
  case goOn, stop
}
