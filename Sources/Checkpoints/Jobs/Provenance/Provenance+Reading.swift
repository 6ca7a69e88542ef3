// SPDX-License-Identifier: Apache-2.0

/// What a member that is missing, or of another kind, is called in the error.
struct NoMember: Error { var name: String }

extension JSONTree {
  func member<Value>(_ name: Text, _ value: (JSONTree) -> Value?) throws(NoMember) -> Value {
    guard let found = self[name].flatMap(value) else { throw NoMember(name: name.shown) }
    return found
  }

  /// A list that may be left out only where `isOptional`.
  func list<Value>(
    _ name: Text, _ value: (JSONTree) throws(NoMember) -> Value
  ) throws(NoMember) -> [Value] {
    guard let items = self[name]?.items else { throw NoMember(name: name.shown) }
    var values: [Value] = []
    values.reserveCapacity(items.count)
    for item in items { values.append(try value(item)) }
    return values
  }

  func optionalList<Value>(
    _ name: Text, _ value: (JSONTree) throws(NoMember) -> Value
  ) throws(NoMember) -> [Value]? {
    self[name] == nil ? nil : try list(name, value)
  }

  func words(_ name: Text) throws(NoMember) -> [Text: Text] {
    guard case .object(let members) = self[name] else { throw NoMember(name: name.shown) }
    var words: [Text: Text] = [:]
    for member in members {
      guard let value = member.value.text else { throw NoMember(name: "\(name)/\(member.key)") }
      words[member.key] = value
    }
    return words
  }

  func files(_ name: Text) throws(NoMember) -> [DigestedFile] {
    try list(name) { item throws(NoMember) in
      guard let file = DigestedFile(item) else { throw NoMember(name: "\(name)/digest/sha256") }
      return file
    }
  }
}

extension Provenance {
  init(_ tree: JSONTree) throws(NoMember) {
    command = try tree.member("command", \.text)
    let program = try tree.member("program") { $0 }
    self.program = try program.member("name", \.text)
    version = try program.member("version", \.text)
    options = try tree.words("options")
    passes = try tree.optionalList("passes", Step.init)
    inputs = try tree.list("inputs", Input.init)
    data = try tree.optionalList("data", Data.init)
    outputs = try tree.list("outputs", Output.init)
    dropped = try tree.optionalList("dropped", Drop.init)
  }
}

extension Provenance.Step {
  fileprivate init(_ tree: JSONTree) throws(NoMember) {
    pass = try tree.member("pass", \.text)
    guard case .object(let members) = tree["counts"] else { throw NoMember(name: "counts") }
    counts = [:]
    for member in members {
      guard let count = member.value.integer else { throw NoMember(name: "counts/\(member.key)") }
      counts[member.key] = count
    }
  }
}

extension Provenance.Drop {
  fileprivate init(_ tree: JSONTree) throws(NoMember) {
    path = try tree.member("path", \.text)
    by = try tree.member("by", \.text)
  }
}

extension Provenance.Input {
  fileprivate init(_ tree: JSONTree) throws(NoMember) {
    role = try tree.member("role", \.text)
    name = try tree.member("name", \.text)
    form = tree["form"]?.text
    files = try tree.files("files")
    if let parent = tree["statement"] { statement = try Provenance.Parent(parent) }
  }
}

extension Provenance.Parent {
  fileprivate init(_ tree: JSONTree) throws(NoMember) {
    guard let file = DigestedFile(tree) else { throw NoMember(name: "statement/digest/sha256") }
    self.file = file
    predicateType = try tree.member("predicateType", \.text)
    subject = try tree.files("subject")
  }
}

extension Provenance.Data {
  fileprivate init(_ tree: JSONTree) throws(NoMember) {
    role = try tree.member("role", \.text)
    name = try tree.member("name", \.text)
    lists = try tree.files("lists")
    recordings = try tree.files("recordings")
  }
}

extension Provenance.Output {
  fileprivate init(_ tree: JSONTree) throws(NoMember) {
    name = try tree.member("name", \.text)
    form = try tree.member("form", \.text)
    tensors = try tree.list("tensors", Provenance.Tensor.init)
  }
}

extension Provenance.Tensor {
  fileprivate init(_ tree: JSONTree) throws(NoMember) {
    path = try tree.member("path", \.text)
    dtype = try tree.member("dtype", \.text)
    shape = try tree.list("shape") { item throws(NoMember) in
      guard let size = item.integer else { throw NoMember(name: "shape") }
      return size
    }
    guard let sha256 = DigestedFile.sha256(tree) else { throw NoMember(name: "sha256") }
    self.sha256 = sha256
  }
}
