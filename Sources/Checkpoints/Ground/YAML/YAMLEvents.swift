// SPDX-License-Identifier: Apache-2.0
internal import CYAML

/// What libyaml's parser says of a text, one thing after another.
enum YAMLEvent {
  case start
  case end
  case documentStart
  case documentEnd
  case alias(String)
  case scalar(Scalar)
  case sequence(Start)
  case sequenceEnd
  case mapping(Start)
  case mappingEnd

  struct Scalar {
    var value: Text
    var anchor: String?
    /// Nil where its form decides.
    var tag: String?
    /// Whether it is one of the words and numbers that stand for values: not in quotes, no block, no tag.
    var isPlain: Bool
  }

  struct Start {
    var anchor: String?
    var tag: String?
  }
}

/// libyaml's event parser over bytes in memory. It knows YAML's syntax and nothing of what values are.
@safe final class YAMLEvents {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) throws(CheckpointError) {
    unsafe parser = .allocate(capacity: 1)
    unsafe input = .allocate(capacity: bytes.count)
    _ = unsafe input.initialize(from: bytes)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      throw CheckpointError(.limit, "libyaml got no memory")
    }
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    // What could not be initialised is all zeros, which is nothing to delete.
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next event and the line that it begins on, counted from 1.
  ///
  /// - Throws: `corrupt`, with the line, where the text is no YAML.
  func next() throws(CheckpointError) -> (event: YAMLEvent, line: Int) {
    var raw = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
    defer { unsafe yaml_event_delete(&raw) }
    let line = unsafe Int(raw.start_mark.line) + 1
    return (unsafe Self.event(raw), line)
  }

  private static func event(_ raw: yaml_event_t) -> YAMLEvent {
    switch unsafe raw.type {
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_STREAM_END_EVENT: return .end
    case YAML_ALIAS_EVENT: return unsafe .alias(string(raw.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = unsafe raw.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return unsafe .scalar(
        .init(
          value: Text(part: bytes), anchor: string(scalar.anchor), tag: string(scalar.tag),
          isPlain: scalar.plain_implicit != 0))
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe raw.data.sequence_start
      return unsafe .sequence(.init(anchor: string(start.anchor), tag: string(start.tag)))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let start = unsafe raw.data.mapping_start
      return unsafe .mapping(.init(anchor: string(start.anchor), tag: string(start.tag)))
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    default: return .start
    }
  }

  private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
  }

  /// libyaml's own words.
  private func failure() -> CheckpointError {
    let state = unsafe parser.pointee
    let problem = unsafe state.problem.map { unsafe String(cString: $0) } ?? "it cannot be parsed"
    var reason = "it is no YAML: \(problem)"
    if let context = unsafe state.context.map({ unsafe String(cString: $0) }) {
      reason += ", \(context)"
      let begin = unsafe Int(state.context_mark.line) + 1
      if unsafe begin != Int(state.problem_mark.line) + 1 { reason += " that begins on line \(begin)" }
    }
    if unsafe state.error == YAML_READER_ERROR {
      // The reader knows the byte alone.
      return CheckpointError(.corrupt, reason, at: .init(byte: unsafe state.problem_offset))
    }
    return CheckpointError(
      .corrupt, reason, at: .init(member: unsafe "line \(state.problem_mark.line + 1)"),
      hint: unsafe Self.hint(state))
  }

  private static func hint(_ state: yaml_parser_t) -> String? {
    guard let problem = unsafe state.problem.map({ unsafe String(cString: $0) }) else { return nil }
    if problem.hasPrefix("found character that cannot start any token") {
      return "spaces in place of tabs; texts that begin with @ or a backquote stand in quotes"
    }
    if problem.hasPrefix("mapping values are not allowed") {
      return "names below each other begin in one column; texts with `: ` in them stand in quotes"
    }
    return nil
  }
}
