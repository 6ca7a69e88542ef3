// SPDX-License-Identifier: Apache-2.0

/// Shows the modules of a TorchScript archive through their `state_dict()`.
///
/// A script module is an object of a class `__torch__....` whose BUILD state holds its attributes. Which of them are
/// parameters and which buffers stands in the class's source, in `__parameters__ = [...]` and `__buffers__ = [...]`;
/// the source is read as text, never run.
enum TorchScriptFinder {
  /// - Parameter folder: the archive's inner folder.
  static func run(on document: inout Document, _ archive: ZipDirectory, folder: Text) throws(CheckpointError)
  {
    var sources = ScriptSources(archive, folder: folder)
    var parts: [ModuleParts?] = []
    var attributesLeft = 16 * document.nodes.count + 1024
    for node in document.nodes { parts.append(try module(node, document, &sources, &attributesLeft)) }
    try ModuleTree(parts: parts).show(in: &document)
  }

  private static func module(
    _ node: Node, _ document: Document, _ sources: inout ScriptSources, _ attributesLeft: inout Int
  ) throws(CheckpointError) -> ModuleParts? {
    guard case .object(let object) = node, object.states.count == 1, let name = scriptClass(object, document)
    else {
      return nil
    }
    // Thousands of objects may have one state.
    attributesLeft -= document.partCount(of: object.states[0])
    guard attributesLeft >= 0 else { throw ModuleTree.uncountable }
    let attributes: [ModuleParts.Named]
    switch document[object.states[0]] {
    case .mapping(let mapping):
      attributes = mapping.entries.map { .init(name: document.keyText($0.key), node: $0.value) }
    case .stateDict(let state): attributes = state.entries.map { .init(name: $0.key, node: $0.value) }
    default: return nil
    }
    let declared = try sources.declarations(of: name)
    var module = ModuleParts(className: name)
    var buffers: [ModuleParts.Named] = []
    for attribute in attributes {
      switch document[attribute.node] {
      case .tensor, .composite:
        let requiresGrad = requiresGrad(document[attribute.node])
        let isParameter = declared.map { $0.parameters.contains(attribute.name) } ?? requiresGrad
        let isBuffer = declared.map { $0.buffers.contains(attribute.name) } ?? !requiresGrad
        if isParameter {
          module.state.append(attribute)
        } else if isBuffer {
          buffers.append(attribute)
        } else {
          module.others.append(attribute)
        }
      case .object(let child) where scriptClass(child, document) != nil: module.modules.append(attribute)
      default: break
      }
    }
    module.state += buffers
    return module
  }

  private static func requiresGrad(_ node: Node) -> Bool {
    switch node {
    case .tensor(let tensor): tensor.requiresGrad
    case .composite(let composite): composite.requiresGrad
    default: false
    }
  }

  private static func scriptClass(_ object: OpaqueObject, _ document: Document) -> GlobalName? {
    guard object.form != .persistent, case .global(let name) = document[object.callee],
      name.module == "__torch__" || name.module.hasPrefix("__torch__.")
    else { return nil }
    return name
  }
}
