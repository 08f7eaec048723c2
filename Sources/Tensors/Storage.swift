import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes of a tensor: 64-byte aligned, taken from a pool, owned by reference count.
///
/// A storage is written only while it is uniquely referenced, so sharing it between threads is
/// safe. It also keeps what was derived from it: the same numbers in other layouts.
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  package let byteCount: Int
  private let alternates = Mutex<[(layout: Layout?, storage: Storage)]>([])
  private let derivations = Mutex<[Derivation: any Sendable]>([:])

  /// Takes memory whose contents are undefined; throws where there is none.
  package init(byteCount: Int) throws {
    guard let pointer = Pool.take(byteCount) else {
      throw TensorError.outOfMemory(bytes: byteCount)
    }
    self.byteCount = byteCount
    self.pointer = pointer
  }

  deinit { Pool.give(pointer, byteCount) }

  /// The same numbers in another layout (nil: plain), made once and then shared.
  package func alternate(_ layout: Layout?, make: () throws -> Storage) rethrows -> Storage {
    let known = alternates.withLock { list in
      list.first { $0.layout === layout }?.storage
    }
    if let known { return known }
    let made = try make()
    alternates.withLock { $0.append((layout, made)) }
    return made
  }

  /// Names something that is computed from the numbers of a storage, such as their codes.
  package struct Derivation: Hashable, Sendable {
    let name: StaticString
    let number: Int

    package init(_ name: StaticString, _ number: Int = 0) {
      self.name = name
      self.number = number
    }

    package static func == (a: Derivation, b: Derivation) -> Bool {
      a.name.utf8Start == b.name.utf8Start && a.number == b.number
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(UInt(bitPattern: name.utf8Start))
      hasher.combine(number)
    }
  }

  /// What is computed from the numbers, once for all who ask until they are written.
  ///
  /// All who ask share what the first one made. It must not hold this storage itself.
  package func derived<Value: Sendable>(
    _ derivation: Derivation, make: () throws -> Value
  ) rethrows -> Value {
    if let known = derivations.withLock({ $0[derivation] }) as? Value { return known }
    let made = try make()
    return derivations.withLock { known in
      if let earlier = known[derivation] as? Value { return earlier }
      known[derivation] = made
      return made
    }
  }

  /// Forgets derived copies; called before the bytes are written in place.
  package func forgetAlternates() {
    alternates.withLock { $0.removeAll() }
    derivations.withLock { $0.removeAll() }
  }
}

/// Freed buffers kept for the next tensor of about that size.
///
/// Memory fresh from the system faults on its first touch, page by page; a training step that
/// frees and takes the same buffers again must not pay for that each time.
package enum Pool {
  private struct State {
    // Raw addresses, for pointers are not Sendable, by the number of their size class.
    var free = [[UInt]](repeating: [], count: 4 * Int.bitWidth)
    /// Bytes of the buffers kept for later, and of those in use.
    var retained = 0
    var used = 0
  }
  private static let state = Mutex(State())
  private static let retainedLimit = 1 << 30

  /// Sizes are rounded up to four steps an octave, so that near misses still match.
  static func sizeClass(_ byteCount: Int) -> Int {
    let wanted = max(byteCount, 64)
    let step = max(64, 1 << max(octave(wanted) - 2, 0))
    return (wanted + step - 1) & ~(step - 1)
  }

  private static func octave(_ size: Int) -> Int {
    Int.bitWidth - size.leadingZeroBitCount - 1
  }

  /// The number of a size class: its octave and its quarter of it.
  private static func number(ofClass size: Int) -> Int {
    let octave = octave(size)
    return 4 * octave + (size >> (octave - 2)) & 3
  }

  /// Memory of at least a number of bytes; nil where the machine has no more to give.
  static func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let size = sizeClass(byteCount)
    let known = state.withLock { state -> UInt? in
      guard let address = state.free[number(ofClass: size)].popLast() else { return nil }
      state.retained -= size
      state.used += size
      return address
    }
    if let known { return UnsafeMutableRawPointer(bitPattern: known) }
    if !reserve(size) {
      trim()
      if !reserve(size) { return nil }
    }
    var pointer: UnsafeMutableRawPointer?
    guard posix_memalign(&pointer, 64, size) == 0, let pointer else {
      state.withLock { $0.used -= size }
      return nil
    }
    return pointer
  }

  /// Counts bytes as used, if they still fit into the machine's memory.
  private static func reserve(_ size: Int) -> Bool {
    state.withLock { state in
      guard size <= memoryLimit - state.used - state.retained else { return false }
      state.used += size
      return true
    }
  }

  static func give(_ pointer: UnsafeMutableRawPointer, _ byteCount: Int) {
    let size = sizeClass(byteCount)
    let address = UInt(bitPattern: pointer)
    let kept = state.withLock { state -> Bool in
      state.used -= size
      guard state.retained + size <= retainedLimit else { return false }
      state.free[number(ofClass: size)].append(address)
      state.retained += size
      return true
    }
    if !kept { free(pointer) }
  }

  /// Returns every kept buffer to the system.
  package static func trim() {
    let all = state.withLock { state in
      let all = state.free.flatMap { $0 }
      for position in state.free.indices { state.free[position] = [] }
      state.retained = 0
      return all
    }
    for address in all { free(UnsafeMutableRawPointer(bitPattern: address)) }
  }

  /// Bytes that all tensors together may take: nine tenths of the machine's or container's memory.
  ///
  /// Beyond that an operation throws; the system would end the process instead.
  package static let memoryLimit: Int = {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    let physical = pages > 0 && size > 0 ? pages * size : 1 << 34
    return min(physical, containerLimit ?? physical) / 10 * 9
  }()

  /// The limit of the control group that the process runs in, if it has one.
  private static var containerLimit: Int? {
    for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
      guard let file = fopen(path, "r") else { continue }
      defer { fclose(file) }
      var limit = 0
      let isRead = withUnsafeMutablePointer(to: &limit) { pointer in
        withVaList([pointer]) { vfscanf(file, "%ld", $0) } == 1
      }
      if isRead, limit > 0 { return limit }
    }
    return nil
  }
}
