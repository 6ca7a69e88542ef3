// SPDX-License-Identifier: Apache-2.0

extension Provenance {
  var json: JSONValue {
    var members: [Text: JSONValue] = [
      "command": .string(command),
      "program": .object(["name": .string(program), "version": .string(version)]),
      "options": .object(options.mapValues(JSONValue.string)),
      "inputs": .array(inputs.map(\.json)),
      "outputs": .array(outputs.map(\.json)),
    ]
    if let passes { members["passes"] = .array(passes.map(\.json)) }
    if let data { members["data"] = .array(data.map(\.json)) }
    if let dropped { members["dropped"] = .array(dropped.map(\.json)) }
    return .object(members)
  }
}

extension Provenance.Step {
  fileprivate var json: JSONValue {
    .object(["pass": .string(pass), "counts": .object(counts.mapValues { .int(Int64($0)) })])
  }
}

extension Provenance.Drop {
  fileprivate var json: JSONValue { .object(["path": .string(path), "by": .string(by)]) }
}

extension Provenance.Input {
  fileprivate var json: JSONValue {
    var members: [Text: JSONValue] = [
      "role": .string(role), "name": .string(name), "files": .array(files.map(\.json)),
    ]
    if let form { members["form"] = .string(form) }
    if let statement { members["statement"] = statement.json }
    return .object(members)
  }
}

extension Provenance.Parent {
  fileprivate var json: JSONValue {
    .object([
      "name": .string(file.name), "digest": DigestedFile.digest(file.sha256),
      "predicateType": .string(predicateType), "subject": .array(subject.map(\.json)),
    ])
  }
}

extension Provenance.Data {
  fileprivate var json: JSONValue {
    .object([
      "role": .string(role), "name": .string(name), "lists": .array(lists.map(\.json)),
      "recordings": .array(recordings.map(\.json)),
    ])
  }
}

extension Provenance.Output {
  fileprivate var json: JSONValue {
    .object(["name": .string(name), "form": .string(form), "tensors": .array(tensors.map(\.json))])
  }
}

extension Provenance.Tensor {
  fileprivate var json: JSONValue {
    .object([
      "path": .string(path), "dtype": .string(dtype), "shape": .array(shape.map { .int(Int64($0)) }),
      "sha256": .text(sha256),
    ])
  }
}
