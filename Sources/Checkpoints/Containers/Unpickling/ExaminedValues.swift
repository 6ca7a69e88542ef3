// SPDX-License-Identifier: Apache-2.0

/// What is on the stack and in the memo of an examination: an arena, so that what is shared is one.
struct ExaminedValues {
  typealias ID = PickleGraph.ID

  enum Value {
    /// A number, None, a container: no name, bytes or callable can come out of it.
    case plain(Plain)
    case text(ExaminedText)
    /// Bytes that stand there, in one way or another.
    case bytes(Range<Int>, NestedPickle.Writing)
    /// A short tuple: so many items from there on.
    case tuple(from: Int32, count: Int32)
    /// One of more items than are kept.
    case longTuple
    /// The thing that a name stands for, by the name's number.
    case name(Int)
    /// What a call gives.
    case result
    /// A persistent object, a registered extension, a buffer from outside.
    case unknown
    /// What is `plain` or a `result` otherwise, where arrays of joblib are followed.
    case known(Known)
  }

  /// A plain value, as far as readers make a difference.
  enum Plain {
    case other
    case none
    /// Zero, False, an empty frozenset.
    case zero
    case list
    case dict
    case set
    /// A container in which nothing is yet.
    case emptyList
    case emptyDict
    case emptySet
  }

  /// What tells how long an array of joblib is.
  enum Known {
    case none
    case truth(Bool)
    case number(Int)
    /// By its number: `dictionaries`.
    case dictionary(Int)
    /// Nil where it cannot be told.
    case type(JoblibArray.ElementType?)
    /// An object of the wrapper's class.
    case wrapper(isBuilt: Bool)
  }

  // These have no identity that matters: one value serves all of a kind.
  static let plain = ID(0)
  static let none = ID(1)
  static let zero = ID(2)
  static let list = ID(3)
  static let dict = ID(4)
  static let longTuple = ID(5)
  static let result = ID(6)
  /// A result that takes any state itself.
  static let stateful = ID(7)
  static let unknown = ID(8)

  private var values: [Value] = [
    .plain(.other), .plain(.none), .plain(.zero), .plain(.list), .plain(.dict), .longTuple, .result, .result,
    .unknown,
  ]
  private var items: [ID] = []
  /// The first bytes of texts, one behind the other.
  private var letters: [UInt8] = []
  /// What dictionaries hold that have texts for keys; nil for others, and for those of more items than a wrapper has.
  private(set) var dictionaries: [[Text: ID]?] = []

  var count: Int { values.count }

  subscript(id: ID) -> Value {
    get { values[Int(id.index)] }
    set { values[Int(id.index)] = newValue }
  }

  mutating func add(_ value: Value) -> ID {
    values.append(value)
    return ID(Int32(truncatingIfNeeded: values.count - 1))
  }

  /// Something is put into a container.
  mutating func fill(_ id: ID) {
    switch self[id] {
    case .plain(.emptyList): self[id] = .plain(.list)
    case .plain(.emptyDict): self[id] = .plain(.dict)
    case .plain(.emptySet): self[id] = .plain(.set)
    default: break
    }
  }

  /// The most items of a tuple that are kept: a persistent id of torch has six.
  static let mostItems = 6
  /// The same where arrays of joblib are followed: numpy's most dimensions.
  static let mostExtents = 64

  mutating func addTuple(_ items: ArraySlice<ID>) -> ID {
    let from = Int32(truncatingIfNeeded: self.items.count)
    self.items += items
    return add(.tuple(from: from, count: Int32(truncatingIfNeeded: items.count)))
  }

  /// The items of a short tuple; nil for anything else.
  func tuple(_ id: ID) -> ArraySlice<ID>? {
    guard case .tuple(let from, let count) = self[id] else { return nil }
    return items[Int(from)..<Int(from) + Int(count)]
  }

  /// The most items of a dictionary that are kept.
  private static let mostKeys = 8

  mutating func addDictionary() -> ID {
    dictionaries.append([:])
    return add(.known(.dictionary(dictionaries.count - 1)))
  }

  /// - Parameter key: nil where it is no text.
  mutating func set(_ value: ID, for key: Text?, in dictionary: Int) {
    guard let key, let count = dictionaries[dictionary]?.count,
      count < Self.mostKeys || dictionaries[dictionary]?[key] != nil
    else { return dictionaries[dictionary] = nil }
    dictionaries[dictionary]?[key] = value
  }

  mutating func keep(_ bytes: some Collection<UInt8>) -> Range<Int> {
    let start = letters.count
    letters += bytes
    return start..<letters.count
  }

  func letters(_ range: Range<Int>) -> ArraySlice<UInt8> { letters[range] }
}

/// A text, of which the beginning is kept.
struct ExaminedText {
  enum Kind {
    /// UTF-8, with lone surrogates.
    case utf8
    /// A `str` of Python 2.
    case eightBit
    /// The same as a literal with quotes and escapes.
    case quoted
    /// Latin-1 with `\uXXXX`.
    case rawUnicode
  }

  var kind: Kind
  /// Of the letters that are kept.
  var kept: Range<Int>
  /// Whether more of it was not kept.
  var isCut: Bool
  /// Where it stands in the source.
  var origin: Range<Int>
}
