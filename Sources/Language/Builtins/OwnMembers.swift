/// What stands behind a dot on the language's own values, in words: for `help` and the reference.
public enum OwnMembers {
  /// A property or a method.
  public struct Member: Sendable {
    public let name: String
    /// As it is written: `prefix(_ count)`, `count`.
    public let signature: String
    public let summary: String
  }

  /// The members of each kind of value, in the order of the reference.
  public static var all: [(type: String, members: [Member])] {
    [
      ("String", members(.text(""), Methods.strings)),
      ("List", members(.elements([]), Methods.lists)),
      ("Dictionary", members(.dictionary(DictionaryBox()), Methods.dictionaries)),
      ("Tuple", members(.tuple(TupleBox([])), [:])),
      ("Range", members(.range(RangeBox(lower: 0, upper: 0, isClosed: false)), Methods.ranges)),
      ("Int and Double", members(.int(0), Methods.numbers)),
    ]
  }

  /// What a member of a value is for; nil where there is none.
  public static func summary(_ name: String, of value: Value) -> String? {
    guard
      Properties.names(of: value).contains(name) || Methods.names(of: value).contains(name)
    else { return nil }
    return special["\(value.kindName).\(name)"] ?? summaries[name]
  }

  private static func members(_ sample: Value, _ methods: [String: Method]) -> [Member] {
    func summary(_ name: String) -> String {
      special["\(sample.kindName).\(name)"] ?? summaries[name] ?? ""
    }
    let properties = Properties.names(of: sample).sorted().map { name in
      Member(name: name, signature: name, summary: summary(name))
    }
    // A property and a method may share a name: `first` and `first(where:)`.
    let calls = methods.values.sorted { $0.name < $1.name }.map { method in
      Member(
        name: method.name, signature: written(method.signature),
        summary: special["\(method.name)()"] ?? summary(method.name))
    }
    return properties + calls
  }

  /// A parameter that may be left out has a question mark.
  public static func written(_ signature: String) -> String {
    signature.replacing(" = )", with: "?)").replacing(" = ,", with: "?,")
  }

  /// Where a name means something else on one type, or as a method.
  private static let special: [String: String] = [
    "String.count": "number of characters",
    "String.contains": "whether a text stands in it, or a character of which a closure says true",
    "String.reversed": "its characters from the last to the first",
    "String.prefix": "so many characters in front, or all",
    "String.suffix": "so many characters at the end, or all",
    "Dictionary.contains": "whether there is such a key, or an entry of which a closure says true",
    "Dictionary.filter": "the entries of which a closure says true, given (key, value)",
    "Dictionary.count": "number of entries",
    "Range.contains": "whether a number is one of it, or a closure says true of one",
    "first()": "the first element of which a closure says true; else nil",
    "last()": "the last element of which a closure says true; else nil",
    "count()": "of how many elements a closure says true",
  ]

  private static let summaries: [String: String] = [
    "count": "number of elements", "isEmpty": "whether there are none",
    "first": "the first one; nil where there is none",
    "last": "the last one; nil where there is none",
    "indices": "the range of its positions",
    "keys": "a list of the keys, in order of insertion",
    "values": "a list of the values, in order of insertion",
    "lower": "where it begins", "lowerBound": "where it begins",
    "upper": "where it ends", "upperBound": "where it ends",
    "magnitude": "the number without its sign", "isNaN": "whether it is no number",
    "isFinite": "whether it is neither infinite nor NaN",
    "isInfinite": "whether it is infinite, of either sign",
    "map": "a list of what a closure gives for each element",
    "filter": "the elements of which a closure says true",
    "flatMap": "the lists that a closure gives, one behind the other",
    "compactMap": "what a closure gives for each element, without nil",
    "reduce": "one value: a closure takes what there is so far, and the next element",
    "forEach": "calls a closure with each element",
    "sorted": "the elements in rising order, or in that of a closure",
    "reversed": "the elements from the last to the first",
    "enumerated": "a list of (offset, element)",
    "prefix": "so many elements in front, or all",
    "suffix": "so many elements at the end, or all",
    "dropFirst": "all but the first one, or the first so many",
    "dropLast": "all but the last one, or the last so many",
    "joined": "one text with a separator between the elements, or one list of several",
    "contains": "whether an element is there, or one of which a closure says true",
    "firstIndex": "the position of the first such element; else nil",
    "allSatisfy": "whether a closure says true of all elements",
    "min": "the least element, or the first in the order of a closure",
    "max": "the greatest element, or the last in the order of a closure",
    "sum": "the sum of the elements",
    "append": "adds an element, or all of a list, at the end",
    "insert": "puts an element before a position",
    "remove": "takes the element at a position out and gives it",
    "removeLast": "takes the last element out and gives it",
    "removeFirst": "takes the first element out and gives it",
    "removeAll": "takes all elements out, or those of which a closure says true",
    "swapAt": "swaps the elements at two positions",
    "reverse": "turns the order of the elements around",
    "sort": "puts the elements in rising order, or in that of a closure",
    "uppercased": "in capital letters", "lowercased": "in small letters",
    "trimmed": "without blanks at either end",
    "hasPrefix": "whether it begins with a text", "hasSuffix": "whether it ends with a text",
    "split": "the pieces between blanks, or between separators",
    "lines": "its lines as a list",
    "replacing": "the text with another one for each occurrence of a part",
    "repeated": "the text so many times",
    "padded": "the text with blanks behind it, up to a width",
    "removeValue": "takes the entry of a key out and gives its value",
    "mapValues": "a dictionary of what a closure gives for each value",
    "rounded": "the nearest whole number; halves go to the even one",
    "isMultiple": "whether it is a whole number of times another one",
  ]
}
