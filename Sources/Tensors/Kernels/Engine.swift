import COneDNN
import Synchronization

/// The way to oneDNN: operations made once for their shapes and layouts, then run.
package enum Engine {
  /// Why the last call of this thread was refused, in the library's words.
  static var reason: String { String(cString: notch_dnn_reason()) }

  /// Version of oneDNN that is loaded, as `2.6.3`.
  package static var version: String {
    let number = Int(notch_dnn_version())
    return "\(number / 10000).\(number / 100 % 100).\(number % 100)"
  }

  /// Threads that oneDNN uses for an operation run by this thread.
  package static var threads: Int { Int(notch_dnn_threads()) }
  package static func setThreads(_ count: Int) { notch_dnn_set_threads(Int32(count)) }

  /// Names an operation by all that it was made from.
  struct Key: Hashable {
    var name: StaticString
    var numbers: [Int]
    var layouts: [ObjectIdentifier?]
    var threads: Int

    static func == (a: Key, b: Key) -> Bool {
      a.name.utf8Start == b.name.utf8Start && a.numbers == b.numbers && a.layouts == b.layouts
        && a.threads == b.threads
    }
    func hash(into hasher: inout Hasher) {
      hasher.combine(UInt(bitPattern: name.utf8Start))
      hasher.combine(numbers)
      hasher.combine(layouts)
      hasher.combine(threads)
    }
  }

  private static let cache = Mutex<[Key: Primitive]>([:])
  /// Beyond this many the cache starts anew: a program that sees ever new shapes stays bounded.
  private static let cacheLimit = 1024
  /// Held while an operation is made: oneDNN 2.6 now and then makes a convolution of codes that gives
  /// wrong sums for good, if another thread makes a float convolution or a pooling meanwhile.
  private static let making = Mutex(())

  /// The operation for a key, made on first use.
  static func primitive(
    _ name: StaticString, _ numbers: [Int], _ layouts: [Layout?] = [],
    make: () -> OpaquePointer?
  ) throws -> Primitive {
    let key = Key(
      name: name, numbers: numbers, layouts: layouts.map { $0.map(ObjectIdentifier.init) },
      threads: threads)
    if let known = cache.withLock({ $0[key] }) { return known }
    return try making.withLock { _ in
      // Another thread may have made it meanwhile.
      if let known = cache.withLock({ $0[key] }) { return known }
      guard let handle = make() else { throw TensorError.engine("\(name)", reason) }
      let primitive = Primitive(handle: handle, name: "\(name)")
      cache.withLock { cache in
        if cache.count >= cacheLimit { cache.removeAll() }
        cache[key] = primitive
      }
      return primitive
    }
  }

  /// Copies a storage into another layout.
  static func reorder(_ storage: Storage, from: Layout, to: Layout) throws -> Storage {
    let primitive = try primitive("a change of layout", [], [from, to]) {
      notch_reorder(from.handle, to.handle)
    }
    let result = try Storage(byteCount: to.byteCount)
    try primitive.run([(NOTCH_SRC, storage), (NOTCH_DST, result)])
    return result
  }
}

/// One operation of oneDNN, ready to run on memory of its layouts by any thread.
final class Primitive: @unchecked Sendable {
  private let handle: OpaquePointer
  private let name: String
  private let scratchByteCount: Int
  private let layouts = Mutex<[UInt32: Layout]>([:])

  init(handle: OpaquePointer, name: String) {
    self.handle = handle
    self.name = name
    scratchByteCount = notch_op_scratch_bytes(handle)
  }

  deinit { notch_op_free(handle) }

  /// The layout it wants for an argument.
  func layout(of role: notch_arg, sizes: [Int], dtype: DType = .float32) throws -> Layout {
    if let known = layouts.withLock({ $0[role.rawValue] }) { return known }
    guard let raw = notch_op_layout(handle, Int32(role.rawValue)) else {
      throw TensorError.engine(name, "no memory for argument \(role.rawValue)")
    }
    let layout = Layout.intern(raw, sizes: sizes, dtype: dtype)
    layouts.withLock { $0[role.rawValue] = layout }
    return layout
  }

  /// Bytes of an argument of the operation's own kind, such as the workspace; 0 if it has none.
  func byteCount(of role: notch_arg) -> Int {
    guard let raw = notch_op_layout(handle, Int32(role.rawValue)) else { return 0 }
    defer { notch_layout_free(raw) }
    return notch_layout_bytes(raw)
  }

  func run(_ arguments: [(role: notch_arg, storage: Storage)]) throws {
    try run(arguments.map { ($0.role, $0.storage, 0) })
  }

  /// Runs it on parts of storages, each from an offset in bytes.
  func run(_ arguments: [(role: notch_arg, storage: Storage, offset: Int)]) throws {
    let scratch = scratchByteCount > 0 ? try Storage(byteCount: scratchByteCount) : nil
    let roles = arguments.map { Int32($0.role.rawValue) }
    let memory = arguments.map { Optional($0.storage.pointer + $0.offset) }
    let status = withExtendedLifetime(arguments) {
      notch_op_run(handle, Int32(roles.count), roles, memory, scratch?.pointer)
    }
    withExtendedLifetime(scratch) {}
    guard status == 0 else { throw TensorError.engine(name, Engine.reason) }
  }
}

extension Engine {
  /// Applies a function of oneDNN to a stretch of plain floats.
  static func elementwise(
    _ kind: Int32, _ source: Storage, _ result: Storage, _ range: Range<Int>
  ) throws {
    let flat = try Layout.plain([range.count], .float32)
    let primitive = try primitive("an elementwise function", [Int(kind)], [flat]) {
      notch_eltwise(kind, flat.handle)
    }
    let offset = range.lowerBound * 4
    try primitive.run([(NOTCH_SRC, source, offset), (NOTCH_DST, result, offset)])
  }
}
