import COneDNN

/// How a window of values becomes one.
public enum Pooling: String, CaseIterable, Sendable {
  case max, average
}

extension Engine {
  /// Pools `[N, C, H, W]`; the workspace remembers which element was the largest.
  package static func pool(
    _ kind: Pooling, _ x: Tensor, window: Window, output: Shape, training: Bool
  ) throws -> (result: Tensor, workspace: Storage?) {
    guard output.elementCount > 0 else {
      return (try Tensor(repeating: 0, shape: output), nil)
    }
    let source = try x.engineLayout()
    let primitive = try primitive(
      "pooling", output.sizes + window.numbers + [kind == .max ? 0 : 1, training ? 1 : 0], [source]
    ) {
      LayoutWish.any(output.sizes, .float32).withHandle { result in
        window.withC {
          notch_pool_forward(
            Int32((kind == .max ? NOTCH_POOL_MAX : NOTCH_POOL_AVERAGE).rawValue), source.handle,
            result, $0, training ? 1 : 0)
        }
      }
    }
    let layout = try primitive.layout(of: NOTCH_DST, sizes: output.sizes)
    let result = try Storage(byteCount: layout.byteCount)
    var arguments: [(role: notch_arg, storage: Storage)] = [
      (NOTCH_SRC, x.storage), (NOTCH_DST, result),
    ]
    var workspace: Storage?
    let workspaceBytes = training && kind == .max ? primitive.byteCount(of: NOTCH_WORKSPACE) : 0
    if workspaceBytes > 0 {
      let storage = try Storage(byteCount: workspaceBytes)
      arguments.append((NOTCH_WORKSPACE, storage))
      workspace = storage
    }
    try primitive.run(arguments)
    return (
      try Tensor(shape: output, storage: result, engineLayout: layout), workspace
    )
  }

  /// The gradient of a pooling's input, in the input's layout.
  package static func poolBackward(
    _ kind: Pooling, _ gradient: Tensor, input: Shape, inputLayout: Layout?,
    workspace: Storage?, window: Window, output: Shape
  ) throws -> Tensor {
    let source = try inputLayout ?? Layout.plain(input.sizes, .float32)
    let code = Int32((kind == .max ? NOTCH_POOL_MAX : NOTCH_POOL_AVERAGE).rawValue)
    let forward = try primitive(
      "pooling", output.sizes + window.numbers + [kind == .max ? 0 : 1, 1], [source]
    ) {
      LayoutWish.any(output.sizes, .float32).withHandle { result in
        window.withC { notch_pool_forward(code, source.handle, result, $0, 1) }
      }
    }
    let result = try forward.layout(of: NOTCH_DST, sizes: output.sizes)
    let primitive = try primitive(
      "a pooling's gradient", output.sizes + window.numbers + [kind == .max ? 0 : 1], [source]
    ) {
      window.withC {
        notch_pool_backward(
          code, source.handle, result.handle, source.handle, result.handle, $0)
      }
    }
    let storage = try Storage(byteCount: source.byteCount)
    var arguments: [(role: notch_arg, storage: Storage)] = [
      (NOTCH_DIFF_DST, try gradient.storage(in: result)), (NOTCH_DIFF_SRC, storage),
    ]
    if let workspace { arguments.append((NOTCH_WORKSPACE, workspace)) }
    try primitive.run(arguments)
    return try Tensor(shape: input, storage: storage, engineLayout: source)
  }
}
