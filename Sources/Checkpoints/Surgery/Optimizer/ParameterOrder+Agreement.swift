// SPDX-License-Identifier: Apache-2.0

extension ParameterOrder {
  /// The same order with the number of shapes that agree.
  ///
  /// - Throws: `misfit`, which names the first disagreement: the number of groups, the size of one, or a tensor of the
  ///   state that has not the shape of its parameter.
  func agreeing(
    with optimizer: OptimizerRecord, in document: Document
  ) throws(CheckpointError) -> ParameterOrder {
    let model = model.isEmpty ? "the document" : "`\(model)`"
    let source = "\(rule.rawValue) of \(model)"
    guard optimizer.groups.count == groups.count else {
      throw CheckpointError(
        .misfit,
        "it has \(Prose.count(optimizer.groups.count, "group")), but \(source) gives \(groups.count)",
        at: .init(key: optimizer.path))
    }
    let inside: Text = optimizer.path.isEmpty ? "" : optimizer.path + "/"
    for (number, group) in groups.enumerated() where optimizer.groups[number].indices.count != group.count {
      throw CheckpointError(
        .misfit,
        "group \(number) has \(Prose.count(optimizer.groups[number].indices.count, "parameter")), but \(source) gives "
          + "it \(group.count)", at: .init(key: inside + "param_groups/\(number)/params"))
    }
    var agreed = self
    for (number, group) in groups.enumerated() {
      for (index, parameter) in zip(optimizer.groups[number].indices, group) {
        for tensor in optimizer.tensors(of: index, in: document) {
          guard tensor.shape == parameter.shape else {
            throw CheckpointError(
              .misfit,
              "group \(number): it is \(TensorRecord.text(of: tensor.shape)), but `\(parameter.path)`, which "
                + "\(rule.rawValue) puts there, is \(TensorRecord.text(of: parameter.shape))",
              at: .init(key: inside + "state/\(index)/\(tensor.name)"))
          }
          agreed.shapes += 1
        }
      }
    }
    return agreed
  }
}
