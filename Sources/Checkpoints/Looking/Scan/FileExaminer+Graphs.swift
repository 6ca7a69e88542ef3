// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// ONNX models: no code lies in them, but they name operators and files.
extension FileExaminer {
  mutating func examineGraph(_ subject: ScanSubject, _ start: [UInt8]) throws(CheckpointError) -> String? {
    guard ONNXFile.begins(start) else { return nil }
    do throws(CheckpointError) {
      let model = try ONNXModel(subject.file)
      for (operation, use) in model.operators.foreign where !ONNXLibraries.has(operation) {
        notes.find(
          .library,
          "node `\(use.node)` is of `\(operation.text)`, for which the loader must bring a library",
          in: subject,
          at: use.byte)
      }
      let paths = outside(model)
      for data in paths {
        notes.find(
          .outside, "a loader would read `\(data.location)`, which leads out of the folder", .dangerous,
          in: subject, at: data.byte)
      }
      // Files beside it, and numbers that take bytes of different number.
      guard paths.isEmpty else { return ONNXFile.word }
      var opened = ONNXFile(model)
      for finding in try opened.inspection({ _ in }).findings { notes.skip(finding, of: subject) }
    } catch { notes.skip(error, of: subject) }
    return ONNXFile.word
  }

  /// Each path out of the folder once.
  private func outside(_ model: ONNXModel) -> [ONNXExternalData] {
    var seen: Set<Text> = []
    return model.tensors.all.values.compactMap { tensor in
      guard case .external(let data) = tensor.content, data.components == nil,
        seen.insert(data.location).inserted
      else { return nil }
      return data
    }
  }
}
