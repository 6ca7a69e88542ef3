// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// From the file to a trainer that is ready for the next step.
extension DINOCheckpoint {
  /// Student, teacher, center and momentum of a checkpoint of RDINO.
  ///
  /// - Throws: `misfit` with key and shapes where something is missing, left over, or of another shape.
  package func rdino<Numbers: Kernels>(
    _: Numbers.Type, machine: Machine = Machine()
  ) throws(CheckpointError) -> RDINO<Numbers> {
    try restored(.rdino) { () throws(CheckpointError) in
      let head = try head(RDINOHeadConfiguration.init(shapes:), "RDINO")
      let (student, teacher) = try models(RDINOHead<Numbers.Real>.self, Numbers.self, head)
      let center = try StateDictParameters(document, "dino_loss")
      let loss = try DINOLoss<Numbers>(outputs: head.outputs, source: OutlineParameters())
      try center.check(loss.registry.slots)
      let rdino = try RDINO(
        student: student, teacher: teacher, dinoLoss: DINOLoss(outputs: head.outputs, source: center),
        machine: machine)
      try momentum(into: rdino.optimizer)
      return rdino
    }
  }

  /// Student, teacher, prototypes and momentum of a checkpoint of SDPN.
  ///
  /// - Throws: `misfit` with key and shapes where something is missing, left over, or of another shape.
  package func sdpn<Numbers: Kernels>(
    _: Numbers.Type, machine: Machine = Machine()
  ) throws(CheckpointError) -> SDPN<Numbers> {
    try restored(.sdpn) { () throws(CheckpointError) in
      let head = try head(SDPNHeadConfiguration.init(shapes:), "SDPN")
      let (student, teacher) = try models(SDPNHead<Numbers.Real>.self, Numbers.self, head)
      let sdpn = try SDPN(
        student: student, teacher: teacher, prototypes: prototypes(width: head.outputs), machine: machine)
      try momentum(into: sdpn.optimizer)
      return sdpn
    }
  }

  private func restored<Trainer>(
    _ wanted: DINOMethod, _ body: () throws(CheckpointError) -> Trainer
  ) throws(CheckpointError) -> Trainer {
    guard method == wanted else {
      throw CheckpointError(
        .misfit, "it is a checkpoint of \(method.rawValue), not of \(wanted.rawValue)", at: .init(file: path))
    }
    do { return try body() } catch { throw error.at(file: path) }
  }

  private func head<Configuration>(
    _ read: ([Text: [Int]]) -> Configuration?, _ name: String
  ) throws(CheckpointError) -> Configuration {
    let prefix = StudentPart.head.rawValue
    guard let configuration = read(student.shapes(under: prefix)) else {
      throw CheckpointError(.misfit, "what lies in `student` under `\(prefix)` is no head of \(name)")
    }
    return configuration
  }

  private func models<Numbers: Kernels, Head: ProjectionHead>(
    _: Head.Type, _: Numbers.Type, _ head: Head.Configuration
  ) throws(CheckpointError) -> (student: Combiner<Numbers, Head>, teacher: Combiner<Numbers, Head>)
  where Head.Real == Numbers.Real {
    func model(_ source: any ParameterSource) throws(CheckpointError) -> Combiner<Numbers, Head> {
      try Combiner(backbone, head, source: source)
    }
    let slots = try model(OutlineParameters()).slots
    try student.check(slots)
    try teacher.check(slots)
    return (try model(student), try model(teacher))
  }

  private func prototypes<Real>(width: Int) throws(CheckpointError) -> Prototypes<Real> {
    let source = try StateDictParameters(document, tensor: "prototypes")
    let shape = source.shapes(under: "")["prototypes"] ?? []
    guard shape.count == 2, shape[0] > 0, shape[1] == width else {
      throw CheckpointError(
        .misfit, "rows of \(width) values are needed, not the shape \(shape)", at: .init(key: "prototypes"))
    }
    try source.check([StateSlot(key: "prototypes", shape: shape, kind: .parameter)])
    return try Prototypes(count: shape[0], width: width, source: source)
  }

  private func momentum(into optimizer: some Optimizer) throws(CheckpointError) {
    if !isWeightsOnly { try momentum.restore(into: optimizer) }
  }

  /// The optimizer's state.
  package var momentum: OptimizerState {
    get throws(CheckpointError) {
      guard let node = document.value(of: "optimizer", in: document.root) else {
        throw CheckpointError(.misfit, "`optimizer` is missing")
      }
      return try OptimizerState(document, at: node)
    }
  }
}
