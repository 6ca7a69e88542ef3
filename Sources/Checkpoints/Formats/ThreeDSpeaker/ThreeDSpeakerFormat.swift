// SPDX-License-Identifier: Apache-2.0

/// A folder that 3D-Speaker's recovery accepts: `embedding_model.ckpt`, `classifier.ckpt`, `epoch_counter.ckpt`,
/// `CKPT.yaml`, and what else the document has for it.
enum ThreeDSpeakerFormat: OutputFormat {
  static let word = "3dspeaker"

  static func plan(
    _ document: Document, _ options: FormatOptions
  ) throws(CheckpointError) -> PlannedOutput {
    let contents = try ThreeDSpeakerContents(document, options.threeDSpeaker)
    var output = PlannedOutput(files: [], isFolder: true, tensors: 0)
    var storages: [StorageID: Text] = [:]
    for (stem, part) in contents.states {
      let archive = try TorchFormat.Archive(part, options)
      output.files.append(PlannedFile(name: ThreeDSpeaker.file(stem), [archive.section]))
      output.tensors += archive.tensors
      output.droppedBytes += archive.droppedBytes
      output.globals.formUnion(archive.globals)
      guard stem != contents.foreignStem else { continue }
      for storage in Set(Reachable(part).tensors.compactMap { part.storage(of: $0) }) {
        if let other = storages.updateValue(stem, forKey: storage), other != stem {
          output.notes.append("`\(other)` and `\(stem)` share tensors; in two files each has its own")
        }
      }
    }
    for (stem, part) in contents.pickles {
      var encoder = TorchEncoder(
        part, StorageLayout(part, tensors: []), keepOpaque: options.keepsOpaque)
      let bytes = try encoder.encode()
      output.globals.formUnion(encoder.unknownGlobals)
      output.files.append(PlannedFile(name: ThreeDSpeaker.file(stem), bytes: bytes))
    }
    output.files.append(
      PlannedFile(
        name: ThreeDSpeaker.file(ThreeDSpeaker.counter), bytes: ThreeDSpeaker.counterText(contents.epoch)))
    output.files += contents.files.map { PlannedFile(name: $0.name, bytes: $0.bytes) }
    output.files.append(PlannedFile(name: ThreeDSpeaker.yamlName, bytes: contents.yaml.text))
    output.droppedValues = contents.droppedValues
    output.notes += contents.notes
    output.inputs = contents.foreignInputs
    return output
  }
}

extension Document {
  fileprivate func storage(of node: NodeID) -> StorageID? {
    if case .tensor(let tensor) = self[node] { tensor.storage } else { nil }
  }
}
