// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Shows the modules of a TorchScript archive through their `state_dict()`.
///
/// A script module is an object of a class `__torch__....` whose BUILD state holds its attributes. Which of them are
/// parameters and which buffers stands in the class's source, in `__parameters__ = [...]` and `__buffers__ = [...]`;
/// the source is read as text, never run.
enum TorchScriptFinder {
  static func run(on document: inout Document, _ zip: TorchZip) throws(CheckpointError) {
    var sources = ScriptSources(zip)
    var modules: [Int: Module] = [:]
    for index in document.nodes.indices {
      modules[index] = try module(document.nodes[index], document, &sources)
    }
    var inner: Set<Int> = []
    for module in modules.values {
      for child in module.children { inner.insert(Int(child.node.index)) }
    }
    for (index, module) in modules where !inner.contains(index) || NodeID(index) == document.root {
      let found = try entries(of: index, modules)
      let original = document.add(document.nodes[index])
      var state = StateDict(kind: .module(module.className), entries: found.state, original: original)
      if !found.others.isEmpty {
        let others = found.others.map { Mapping.Entry(key: document.add(.string($0.name)), value: $0.node) }
        state.attributes = document.add(.mapping(Mapping(kind: .dict, entries: others)))
      }
      document.nodes[index] = .stateDict(state)
    }
  }

  private struct Module {
    var className: GlobalName
    var parameters: [ModuleParts.Named] = []
    var buffers: [ModuleParts.Named] = []
    var children: [ModuleParts.Named] = []
    /// Tensors that are neither.
    var others: [ModuleParts.Named] = []
  }

  private static func module(
    _ node: Node, _ document: Document, _ sources: inout ScriptSources
  ) throws(CheckpointError) -> Module? {
    guard case .object(let object) = node, object.states.count == 1, let name = scriptClass(object, document)
    else {
      return nil
    }
    let attributes: [ModuleParts.Named]
    switch document[object.states[0]] {
    case .mapping(let mapping):
      attributes = mapping.entries.map { .init(name: document.keyText($0.key), node: $0.value) }
    case .stateDict(let state): attributes = state.entries.map { .init(name: $0.key, node: $0.value) }
    default: return nil
    }
    let declared = try sources.declarations(of: name)
    var module = Module(className: name)
    for attribute in attributes {
      switch document[attribute.node] {
      case .tensor(let tensor):
        let isParameter = declared.map { $0.parameters.contains(attribute.name) } ?? tensor.requiresGrad
        let isBuffer = declared.map { $0.buffers.contains(attribute.name) } ?? !tensor.requiresGrad
        if isParameter {
          module.parameters.append(attribute)
        } else if isBuffer {
          module.buffers.append(attribute)
        } else {
          module.others.append(attribute)
        }
      case .object(let child) where scriptClass(child, document) != nil: module.children.append(attribute)
      default: break
      }
    }
    return module
  }

  private static func scriptClass(_ object: OpaqueObject, _ document: Document) -> GlobalName? {
    guard object.form != .persistent, case .global(let name) = document[object.callee],
      name.module == "__torch__" || name.module.hasPrefix("__torch__.")
    else { return nil }
    return name
  }

  private struct Entries {
    var state: OrderedDictionary<String, NodeID> = [:]
    var others: [ModuleParts.Named] = []
  }

  private static func entries(of root: Int, _ modules: [Int: Module]) throws(CheckpointError) -> Entries {
    var found = Entries()
    var visits = 0
    var stack: [(prefix: String, index: Int)] = [("", root)]
    while let (prefix, index) = stack.popLast() {
      guard let module = modules[index] else { continue }
      visits += 1 + prefix.utf8.count / 64
      guard visits <= 16 * modules.count + 1024 else {
        throw CheckpointError(.limit, "a module holds itself, or shares its parts beyond counting")
      }
      for entry in module.parameters + module.buffers { found.state[prefix + entry.name] = entry.node }
      for entry in module.others { found.others.append(.init(name: prefix + entry.name, node: entry.node)) }
      for child in module.children.reversed() {
        stack.append((prefix + child.name + ".", Int(child.node.index)))
      }
    }
    return found
  }
}

/// The classes' sources in a TorchScript archive: `code/__torch__/a/b.py` for `__torch__.a.b.Name`.
struct ScriptSources {
  struct Declarations {
    var parameters: Set<String> = []
    var buffers: Set<String> = []
  }

  private let zip: TorchZip
  private var files: [String: [Substring: Declarations]] = [:]

  init(_ zip: TorchZip) { self.zip = zip }

  /// What a class declares; nil where the archive has no source for it.
  mutating func declarations(of name: GlobalName) throws(CheckpointError) -> Declarations? {
    let path = "code/" + name.module.split(separator: ".").joined(separator: "/") + ".py"
    if files[path] == nil { files[path] = try read(path) }
    return files[path]?[Substring(name.name)]
  }

  private func read(_ path: String) throws(CheckpointError) -> [Substring: Declarations] {
    guard let entry = zip.entry(path) else { return [:] }
    let text = String(decoding: try zip.directory.read(entry, limit: 64 << 20), as: UTF8.self)
    var classes: [Substring: Declarations] = [:]
    var current: Substring?
    for line in text.split(separator: "\n") {
      if line.hasPrefix("class ") {
        current = line.dropFirst("class ".count).prefix { $0 != "(" && $0 != ":" }
        if let current { classes[current] = Declarations() }
      } else if let current, let names = Self.list(line, "__parameters__") {
        classes[current]?.parameters = names
      } else if let current, let names = Self.list(line, "__buffers__") {
        classes[current]?.buffers = names
      }
    }
    return classes
  }

  /// The quoted names of a line `  <attribute> = ["a", "b", ]`.
  private static func list(_ line: Substring, _ attribute: String) -> Set<String>? {
    let line = line.drop { $0 == " " }
    guard line.hasPrefix(attribute + " = [") else { return nil }
    let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
    return Set(stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) })
  }
}
