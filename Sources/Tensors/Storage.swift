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

  /// Takes memory whose contents are undefined.
  package init(byteCount: Int) {
    self.byteCount = byteCount
    pointer = Pool.take(byteCount)
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
    // Raw addresses: pointers are not Sendable.
    var free: [Int: [UInt]] = [:]
    var retained = 0
  }
  private static let state = Mutex(State())
  private static let retainedLimit = 1 << 30

  /// Sizes are rounded up to four steps an octave, so that near misses still match.
  static func sizeClass(_ byteCount: Int) -> Int {
    let wanted = max(byteCount, 64)
    let octave = Int.bitWidth - wanted.leadingZeroBitCount - 1
    let step = max(64, 1 << max(octave - 2, 0))
    return (wanted + step - 1) / step * step
  }

  static func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let size = sizeClass(byteCount)
    let known = state.withLock { state -> UInt? in
      guard let address = state.free[size]?.popLast() else { return nil }
      state.retained -= size
      return address
    }
    if let known, let pointer = UnsafeMutableRawPointer(bitPattern: known) { return pointer }
    return UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
  }

  static func give(_ pointer: UnsafeMutableRawPointer, _ byteCount: Int) {
    let size = sizeClass(byteCount)
    let address = UInt(bitPattern: pointer)
    let kept = state.withLock { state -> Bool in
      guard state.retained + size <= retainedLimit else { return false }
      state.free[size, default: []].append(address)
      state.retained += size
      return true
    }
    if !kept { pointer.deallocate() }
  }

  /// Returns every kept buffer to the system.
  package static func trim() {
    let all = state.withLock { state in
      let all = state.free.values.flatMap { $0 }
      state.free = [:]
      state.retained = 0
      return all
    }
    for address in all { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }

  /// Bytes of memory this machine can give at most; a larger tensor is refused before it is tried.
  package static let physicalBytes: Int = {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && size > 0 ? pages * size : 1 << 34
  }()
}
