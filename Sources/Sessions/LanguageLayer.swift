import Language
import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension LayerValue {
  /// A function of the language as a layer: `Sequential(Dense(8), { x in x * sigmoid(x) })`.
  ///
  /// It runs on the thread of the cell alone, and has each batch of a training or a call as a whole.
  init(_ callback: Callback) throws {
    guard case .function(let function) = callback.function else {
      throw Self.mismatch(callback.function)
    }
    if let maker = function as? BuiltinFunction,
      maker.overloads.allSatisfy({ $0.resultName == Self.payloadName })
    {
      throw Fault(
        "'\(maker.name)' makes a layer when it is called", help: "write \(maker.name)(…)")
    }
    let own = LanguageFunction(callback.function, callback.session)
    let name = function.name.isEmpty ? function.signature : function.name
    self.init(Lambda(name, inOrder: true) { try own($0) })
  }
}

/// A function with the session that it belongs to.
///
/// Neither may be used on two threads at once; a call from another thread than the cell's is refused.
private final class LanguageFunction: @unchecked Sendable {
  private let function: Value
  private weak var session: Session?

  init(_ function: Value, _ session: Session) {
    self.function = function
    self.session = session
  }

  func callAsFunction(_ x: Tensor) throws -> Tensor {
    guard let session, let thread = session.thread, pthread_equal(thread, pthread_self()) != 0
    else { throw Fault("a function in a network is called only while a cell runs, on its thread") }
    let result = try session.machine.call(function, [x.bridged(in: session)])
    guard case .host(let object) = result, let box = object as? Box<Tensor> else {
      throw Fault("a function in a network gives a tensor, not \(result.kindInWords)")
    }
    return box.value
  }
}
