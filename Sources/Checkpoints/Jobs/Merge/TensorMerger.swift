// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Gives each tensor of the first document the values that the merge computes.
struct TensorMerger {
  private let inputs: [MergeInput]
  private let base: MergeInput?
  private let method: MergeMethod
  private let options: Merge.Options
  private var computed = SurgeryReport.Figures()
  private var integers: [MergeReport.Integers] = []
  private var linear: [Text] = []
  private var untied: [Text] = []
  private var overflows: [MergeReport.Overflow] = []

  init(_ inputs: [MergeInput], base: MergeInput?, _ method: MergeMethod, _ options: Merge.Options) {
    self.inputs = inputs
    self.base = base
    self.method = method
    self.options = options
  }

  /// The records that one place has in every file: places where all are the same views stay tied.
  private struct Views: Hashable {
    var records: [TensorRecord]

    init(_ records: [TensorRecord]) { self.records = records.map(\.bareView) }
  }

  mutating func merged() throws(CheckpointError) -> Document {
    var document = inputs[0].document
    var storages: [Views: StorageID] = [:]
    var nodes: [NodeID: Views] = [:]
    // A container that two paths share is one place.
    var places: [Edge: Views] = [:]
    var firstUse: [StorageID: Views] = [:]
    for site in inputs[0].tensors {
      guard let mine = inputs[0].record(site.path) else { continue }
      let records = (inputs + (base.map { [$0] } ?? [])).compactMap { $0.record(site.path) }
      let views = Views(records)
      if let edge = site.edge, places.updateValue(views, forKey: edge) ?? views != views {
        throw notShared(site)
      }
      if nodes[site.node] == views { continue }
      if let first = firstUse[mine.storage], first != views { untied.append(site.path) }
      firstUse[mine.storage] = views
      let storage: StorageID
      if let known = storages[views] {
        storage = known
      } else {
        let bytes = try bytes(records, site.path)
        storage = document.add(
          Storage(name: "data/\(document.storages.count)", byteCount: mine.byteCount, bytes: .computed(bytes))
        )
        storages[views] = storage
      }
      let record = TensorRecord(
        dtype: mine.dtype, shape: mine.shape, storage: storage, requiresGrad: mine.requiresGrad,
        isParameter: mine.isParameter)
      if nodes[site.node] == nil {
        nodes[site.node] = views
        document[site.node] = .tensor(record)
      } else {
        try placeApart(record, site, in: &document)
      }
    }
    return document
  }

  /// The first file has one tensor at two places, and another file has two.
  private func placeApart(
    _ record: TensorRecord, _ site: MergeInput.Site, in document: inout Document
  ) throws(CheckpointError) {
    let isFree = site.edge.map { document.slots(of: $0.parent)[$0.index] != .fixed } ?? false
    guard let edge = site.edge, isFree else { throw notShared(site) }
    document.place(document.add(.tensor(record)), at: edge)
  }

  private func notShared(_ site: MergeInput.Site) -> CheckpointError {
    CheckpointError(
      .unrepresentable, "it is shared with another place, which is not so in every file",
      at: .init(file: inputs[0].file, key: site.path), hint: "`--path PATH` takes one part of each file")
  }

  private mutating func bytes(
    _ records: [TensorRecord], _ path: Text
  ) throws(CheckpointError) -> MergedBytes {
    var views: [TensorView] = []
    for (record, input) in zip(records, inputs + (base.map { [$0] } ?? [])) {
      do throws(CheckpointError) {
        views.append(try TensorView(input.document, record))
      } catch { throw error.at(file: input.file, key: path) }
    }
    guard records[0].dtype.realPart != nil else { return try byRule(Array(views.prefix(inputs.count)), path) }
    if base != nil { views.insert(views.removeLast(), at: 0) }
    let bytes = MergedBytes(views: views, rule: .numbers(try arithmetic(views, path)))
    computed.tensors += 1
    computed.bytes += bytes.byteCount
    try countOverflows(bytes, path)
    return bytes
  }

  private mutating func arithmetic(
    _ views: [TensorView], _ path: Text
  ) throws(CheckpointError) -> MergeArithmetic {
    switch method {
    case .average(let weights): return .average(weights: weights ?? views.map { _ in 1 })
    case .ema(let decay): return .ema(decay: decay)
    case .lerp(let t): return .lerp(t: t)
    case .task(let weights): return .task(weights: weights)
    case .slerp(let t):
      guard let found = try SphericalWeights(views[0], views[1], t: t).coefficients else {
        linear.append(path)
        return .lerp(t: t)
      }
      return .combination(first: found.first, second: found.second)
    }
  }

  /// A result between its inputs fits their data type; only in double the sum on the way may not.
  private mutating func countOverflows(_ bytes: MergedBytes, _ path: Text) throws(CheckpointError) {
    if method.isConvex, bytes.views[0].tensor.dtype.realPart != .float64 { return }
    let count = try bytes.overflows()
    guard count > 0 else { return }
    overflows.append(MergeReport.Overflow(path: path, count: count))
    guard options.allowsOverflow else {
      throw CheckpointError(
        .overflow, "\(count) values that are finite in every file would not be in the result",
        at: .init(key: path), hint: "other weights, or --allow-overflow")
    }
  }

  private mutating func byRule(_ views: [TensorView], _ path: Text) throws(CheckpointError) -> MergedBytes {
    let dtype = views[0].tensor.dtype
    func entry(_ rule: MergeReport.Integers.Rule) -> MergeReport.Integers {
      MergeReport.Integers(path: path, dtype: dtype.rawValue, rule: rule)
    }
    if try areEqual(views) {
      integers.append(entry(.equal))
      return MergedBytes(views: [views[0]], rule: .copy)
    }
    // An index tensor inside an object, such as that of a sparse tensor, says where its values lie.
    let isPart = path.split("/").contains(".args")
    guard let rule = options.integers, !isPart else {
      throw CheckpointError(
        .ambiguous, "its \(dtype) values are not the same in all files", at: .init(key: path),
        hint: isPart ? nil : "`--integers first`, `last` or `max` says which to keep")
    }
    integers.append(entry(.init(rule)))
    switch rule {
    case .first: return MergedBytes(views: [views[0]], rule: .copy)
    case .last: return MergedBytes(views: [views[views.count - 1]], rule: .copy)
    case .max:
      guard dtype.isOrdered else {
        throw CheckpointError(
          .ambiguous, "\(dtype) values have no largest one", at: .init(key: path),
          hint: "`--integers first` or `last`")
      }
      return MergedBytes(views: views, rule: .max)
    }
  }

  private func areEqual(_ views: [TensorView]) throws(CheckpointError) -> Bool {
    let count = views[0].tensor.byteCount
    let step = ByteSource.window(of: views.map(\.source))
    for other in views.dropFirst() {
      var (left, right) = (RunReader(views[0].reader), RunReader(other.reader))
      for start in stride(from: 0, to: count, by: step) {
        let range = start..<min(start + step, count)
        guard try left.bytes(range) == right.bytes(range) else { return false }
      }
    }
    return true
  }

  /// Writes what was met on the way into a report.
  func fill(_ report: inout MergeReport) {
    report.computed = computed
    report.integers = integers
    report.untied = untied
    report.overflows = overflows
    if case .slerp = method { report.interpolatedLinearly = linear }
    let means = inputs[0].tensors.map(\.path).filter { path in
      path.hasSuffix("running_mean") && inputs[0].record(path.dropLast(4) + "var") != nil
    }
    report.batchNorm = means.map { path in
      let module = path.dropLast("running_mean".utf8.count)
      return module.hasSuffix(".") ? module.dropLast() : module
    }
  }
}
