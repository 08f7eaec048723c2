import Figures
public import Language
import Tensors

extension Session {
  /// The output for the value of a cell's last expression; nil where there is nothing to show.
  func display(_ value: Value) throws -> Output? {
    switch value {
    case .void: return nil
    case .host(let object) where object === toldResult: return nil
    case .host(let object):
      guard let box = object as? PayloadBox else { return Output(.result, object.typeName) }
      let (text, reals) = try box.shown()
      return Output(.result, text, reals: reals, figure: box.figure, aside: box.aside)
    case .shortString, .longString: return Output(.result, "\"\(value.string ?? "")\"")
    case .double(let number):
      let text = machine.text(of: .double(number))
      return Output(.result, text, reals: [0..<text.utf8.count])
    case .function(let function): return Output(.result, function.signature)
    default:
      let text = machine.text(of: value)
      return Output(.result, text, reals: RealNumbers.ranges(in: text))
    }
  }

  /// Shows a figure that is a statement of its own, so that a cell may draw several.
  public func dropped(_ object: HostObject) {
    if let figure = (object as? Box<Figure>)?.value { emit(Output(.printed, figure)) }
  }
}
