import COneDNN
import Synchronization

/// How oneDNN arranges the elements of an array in memory.
///
/// Layouts are interned: two equal ones are the same object, so they compare by identity. They
/// live as long as the process, as there are few. Equal are those whose strides are the same, also
/// along axes of size 1, where they mean nothing for the bytes: an operation is refused, or becomes
/// slow, by the strides it is shown. See `liesLike` for the bytes.
package final class Layout: @unchecked Sendable {
  package let handle: OpaquePointer
  /// The sizes it was made for, which a reshaped tensor no longer shows.
  package let sizes: [Int]
  package let byteCount: Int
  package let dtype: DType

  private init(handle: OpaquePointer, sizes: [Int], dtype: DType) {
    self.handle = handle
    self.sizes = sizes
    self.dtype = dtype
    byteCount = notch_layout_bytes(handle)
  }

  /// Whether every byte belongs to an element: no padding between blocks.
  package var isDense: Bool { byteCount == sizes.reduce(1, *) * dtype.size }

  /// Whether the bytes of an array lie in the other layout as they do in this one.
  func liesLike(_ other: Layout) -> Bool {
    self === other
      || (sizes == other.sizes && dtype == other.dtype
        && notch_layout_equal(handle, other.handle) != 0)
  }

  private struct Bucket: Hashable {
    let sizes: [Int]
    let dtype: DType
  }
  private static let table = Mutex<[Bucket: [Layout]]>([:])

  /// The one object for a layout; takes the handle over.
  static func intern(_ handle: OpaquePointer, sizes: [Int], dtype: DType) -> Layout {
    table.withLock { table in
      let bucket = Bucket(sizes: sizes, dtype: dtype)
      for known in table[bucket] ?? [] where notch_layout_same(known.handle, handle) != 0 {
        notch_layout_free(handle)
        return known
      }
      let layout = Layout(handle: handle, sizes: sizes, dtype: dtype)
      table[bucket, default: []].append(layout)
      return layout
    }
  }

  private static let plains = Mutex<[Bucket: Layout]>([:])

  /// Row-major order.
  package static func plain(_ sizes: [Int], _ dtype: DType) throws -> Layout {
    let bucket = Bucket(sizes: sizes, dtype: dtype)
    if let known = plains.withLock({ $0[bucket] }) { return known }
    let dims = sizes.map(Int64.init)
    guard let handle = notch_layout_plain(Int32(dims.count), dims, dtype.oneDNN) else {
      throw TensorError.engine("a layout of \(sizes)", Engine.reason)
    }
    let layout = intern(handle, sizes: sizes, dtype: dtype)
    plains.withLock { $0[bucket] = layout }
    return layout
  }
}

extension DType {
  /// The number by which the shim knows the type.
  var oneDNN: Int32 {
    switch self {
    case .float32: Int32(NOTCH_F32.rawValue)
    case .int32: Int32(NOTCH_S32.rawValue)
    case .int8: Int32(NOTCH_S8.rawValue)
    case .uint8, .bool: Int32(NOTCH_U8.rawValue)
    }
  }
}

/// A layout wish: a certain one, or whatever suits the operation best.
enum LayoutWish {
  case exactly(Layout)
  case any([Int], DType)

  /// Calls a closure with a handle that lives as long as the call.
  func withHandle<R>(_ body: (OpaquePointer?) throws -> R) rethrows -> R {
    switch self {
    case .exactly(let layout): return try body(layout.handle)
    case .any(let sizes, let dtype):
      let handle = notch_layout_any(Int32(sizes.count), sizes.map(Int64.init), dtype.oneDNN)
      defer { notch_layout_free(handle) }
      return try body(handle)
    }
  }
}

extension Tensor {
  /// The layout of the storage as oneDNN is told it.
  func engineLayout(as sizes: [Int]? = nil) throws -> Layout {
    if let layout { return layout }
    return try Layout.plain(sizes ?? shape.sizes, dtype)
  }

  /// The same tensor with its elements in row-major order.
  package func plain() throws -> Tensor {
    guard let layout else { return self }
    let target = try Layout.plain(layout.sizes, dtype)
    var result = Tensor(
      shape: shape, dtype: dtype,
      storage: try storage.alternate(nil) { try Engine.reorder(storage, from: layout, to: target) })
    result.trace = trace
    return result
  }

  /// The storage in a wanted layout; the copy is kept with the storage for the next asker.
  func storage(in wanted: Layout) throws -> Storage {
    let current = try engineLayout(as: wanted.sizes)
    if current.liesLike(wanted) { return storage }
    return try storage.alternate(wanted) {
      if current.sizes == wanted.sizes {
        return try Engine.reorder(storage, from: current, to: wanted)
      }
      let plain = try self.plain().storage
      let source = try Layout.plain(wanted.sizes, dtype)
      return source.liesLike(wanted) ? plain : try Engine.reorder(plain, from: source, to: wanted)
    }
  }

  /// A tensor over what an operation wrote in some layout.
  init(shape: Shape, storage: Storage, engineLayout: Layout) throws {
    let isPlain = try Layout.plain(engineLayout.sizes, engineLayout.dtype).liesLike(engineLayout)
    self.init(
      shape: shape, dtype: engineLayout.dtype, storage: storage,
      layout: isPlain ? nil : engineLayout)
  }
}
