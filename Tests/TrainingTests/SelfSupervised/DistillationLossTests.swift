// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import Testing
import Training

/// The losses of self-supervised training against `losses_schedules.json`, which 3D-Speaker's own code wrote, in float32
/// and 9 digits.
@Suite struct DistillationLossTests {
  struct DINOCase: Decodable {
    let loss: Double
    let dS: [[Double]]
    let center_after: [[Double]]
  }

  struct RegCase: Decodable {
    let loss: Double
    let dX: [[Double]]
  }

  struct SDPNCase: Decodable {
    let ploss: Double
    let memax: Double
    let targets: [[Double]]
    let dP: [[Double]]
    let dA: [[Double]]
  }

  struct KoLeoCase: Decodable {
    let loss: Double
    let dx: [[Double]]
  }

  struct WeightNormCase: Decodable {
    let v: [[Double]]
    let x: [[Double]]
    let y: [[Double]]
    let dv: [[Double]]
    let dg: [[Double]]
  }

  /// The entries of the file that stand here.
  struct Cases: Decodable {
    let dino: DINOCase
    let reg: RegCase
    let sdpn: SDPNCase
    let koleo: KoLeoCase
    let weight_norm: WeightNormCase
  }

  private let golden: Cases

  init() throws { golden = try GoldenFiles.decode(Cases.self, "losses_schedules.json") }

  /// scale sin(step i + start) as float32 computes it, row by row.
  private func wave(_ count: Int, _ step: Double, _ start: Double, scale: Double = 2) -> [Double] {
    (0..<count).map { Double(Float(scale * sin(step * Double($0) + start))) }
  }

  private func variable<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ rows: Int, _ columns: Int, _ values: [Double], trained: Bool = true
  ) -> Variable<Numbers.Real> {
    let made = tape.make(batch: rows, positions: 1, channels: columns, requiresGradient: trained)
    fill(made.value, values)
    return made
  }

  /// Within the digits of the file, which are those of float32 arithmetic: `size` is the largest value.
  private func agrees(
    _ found: [Double], _ expected: [[Double]], _ tolerance: Double = 1e-6,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let expected = expected.flatMap { $0 }
    let size = expected.reduce(0) { max($0, abs($1)) }
    let apart = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    #expect(apart <= tolerance * size, "\(apart) apart", sourceLocation: sourceLocation)
  }

  private func doubles<Real: BinaryFloatingPoint>(_ rows: Training.Rows<Real>?) throws -> [Double] {
    try #require(rows).elements.map { Double($0) }
  }

  private func dino<Numbers: Kernels>(_: Numbers.Type) throws {
    let tape = Tape<Numbers>(Machine(workers: 2), training: true)
    let center = wave(7, 1.1, 0.2, scale: 0.2).map { Float($0) }
    let loss = try DINOLoss<Numbers>(
      outputs: 7, source: LoadedParameters(["center": .floats(shape: [1, 7], center)]))
    let student = wave(126, 0.31, 0.5)
    let global = variable(tape, 6, 7, Array(student[..<42]))
    let local = variable(tape, 12, 7, Array(student[42...]))
    let teacher = variable(tape, 6, 7, wave(42, 0.23, 0.9), trained: false)
    let value = loss(tape, student: [global, local], teacher: teacher, batch: 3, teacherTemperature: 0.04)
    #expect(abs(value - golden.dino.loss) < 1e-6 * golden.dino.loss)
    agrees(try doubles(global.gradient) + doubles(local.gradient), golden.dino.dS)
    guard case .floats(let after) = loss.registry.stateDict[0].value else { return }
    agrees(after.map { Double($0) }, golden.dino.center_after)
  }

  @Test func `self-distillation, its gradient and its center`() throws {
    try dino(ReferenceKernels<Double>.self)
    try dino(NativeKernels<Double>.self)
    try dino(NativeKernels<Float>.self)
  }

  private func reg<Numbers: Kernels>(_: Numbers.Type) throws {
    let tape = Tape<Numbers>(Machine(workers: 2), training: true)
    let student = variable(tape, 6, 5, wave(30, 0.41, 0.3))
    let teacher = variable(tape, 6, 5, wave(30, 0.37, 0.6), trained: false)
    let value = RegLoss(outputs: 7)(tape, student: student, teacher: teacher, batch: 3, weight: 1)
    #expect(abs(value - golden.reg.loss) < 1e-6 * golden.reg.loss)
    agrees(try doubles(student.gradient), golden.reg.dX)
  }

  @Test func `regularisers`() throws {
    try reg(ReferenceKernels<Double>.self)
    try reg(NativeKernels<Double>.self)
    try reg(NativeKernels<Float>.self)
  }

  private func sdpn<Numbers: Kernels>(_: Numbers.Type) throws {
    let machine = Machine(workers: 2)
    let tape = Tape<Numbers>(machine, training: true)
    let prototypes = variable(tape, 8, 4, wave(32, 0.53, 0.4))
    let anchors = variable(tape, 12, 4, wave(48, 0.29, 0.8))
    let loss = SDPNLoss()
    let watching = Tape<Numbers>(machine, training: true, recording: false)
    let seen = variable(watching, 3, 4, wave(12, 0.61, 0.1), trained: false)
    let targets = loss.targets(watching, scores: watching.cosineSimilarity(seen, prototypes))
    agrees(try doubles(targets.value), golden.sdpn.targets)
    let value = loss(tape, scores: tape.cosineSimilarity(anchors, prototypes), targets: targets)
    #expect(abs(value.crossEntropy - golden.sdpn.ploss) < 1e-6 * golden.sdpn.ploss)
    #expect(abs(value.memax - golden.sdpn.memax) < 1e-6)
    tape.backward()
    agrees(try doubles(anchors.gradient), golden.sdpn.dA)
    // Sums over all rows whose terms cancel: upstream's float32 keeps a digit less of them.
    agrees(try doubles(prototypes.gradient), golden.sdpn.dP, 2e-6)
  }

  @Test func `prototypes: targets, both terms and their gradients`() throws {
    try sdpn(ReferenceKernels<Double>.self)
    try sdpn(NativeKernels<Double>.self)
    try sdpn(NativeKernels<Float>.self)
  }

  private func koLeo<Numbers: Kernels>(_: Numbers.Type) throws {
    let tape = Tape<Numbers>(Machine(workers: 2), training: true)
    let x = variable(tape, 5, 4, wave(20, 0.47, 0.2))
    let value = KoLeoLoss()(tape, x, batch: 5, weight: 1)
    #expect(abs(value - golden.koleo.loss) < 1e-6)
    tape.backward()
    agrees(try doubles(x.gradient), golden.koleo.dx)
  }

  @Test func `spread of nearest neighbours`() throws {
    try koLeo(ReferenceKernels<Double>.self)
    try koLeo(NativeKernels<Double>.self)
    try koLeo(NativeKernels<Float>.self)
  }

  private func weightNorm<Numbers: Kernels>(_: Numbers.Type) throws {
    let tape = Tape<Numbers>(Machine(workers: 2), training: true)
    let v = variable(tape, 2, 3, golden.weight_norm.v.flatMap { $0 })
    let g = variable(tape, 2, 1, [1, 1])
    let x = variable(tape, 1, 3, golden.weight_norm.x.flatMap { $0 }, trained: false)
    let y = tape.linear(x, weight: tape.weightNorm(v, g))
    agrees(try doubles(y.value), golden.weight_norm.y)
    // The loss is the sum of both outputs.
    fill(y.claimGradient().rows, [1, 1])
    tape.backward()
    agrees(try doubles(v.gradient), golden.weight_norm.dv)
    agrees(try doubles(g.gradient), golden.weight_norm.dg)
  }

  @Test func `weight normalisation`() throws {
    try weightNorm(ReferenceKernels<Double>.self)
    try weightNorm(NativeKernels<Double>.self)
    try weightNorm(NativeKernels<Float>.self)
  }
}
