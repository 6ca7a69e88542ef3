// SPDX-License-Identifier: Apache-2.0

extension ParameterOrder {
  /// Finds the order by the rule of the file's layout and holds it against the optimizer.
  ///
  /// - Throws: `misfit` with the first disagreement; `ambiguous` where several models agree.
  init(_ optimizer: OptimizerRecord, in document: Document) throws(CheckpointError) {
    let models = try ModelCandidates(document)
    let orders: [[ParameterOrder]]
    if optimizer.groups.contains(where: { $0.names != nil }) {
      orders = try Self.byName(optimizer, models, document).map { [$0] }
    } else if !Self.keepsOrder(document) {
      throw CheckpointError(
        .misfit, "it counts parameters in an order that this file's format does not keep",
        at: .init(key: optimizer.path))
    } else if optimizer.groups.count > 1, let student = models["student"] {
      orders = [Self.decayFirst(student, optimizer, document)]
    } else if optimizer.groups.count == 2, models.isTimm, let model = models["state_dict"] {
      orders = [[Self.decayLast(model, document)]]
    } else if optimizer.groups.count > 1, models.isOpenMMLab {
      orders = models.sites.map { [Self.oneGroupEach($0, document)] }
    } else {
      orders = models.sites.map { Self.stateDictOrder($0, document) }
    }
    self = try Self.chosen(orders, optimizer, models, document)
  }

  /// Whether keys stand as the model has them. The processes that write a distributed checkpoint share out what all of
  /// them hold, and list it in the order of the processes (`dedup_save_plans` of `torch.distributed.checkpoint`).
  private static func keepsOrder(_ document: Document) -> Bool {
    guard let source = document.source else { return true }
    return source.isOrdered && source.format != .dcp
  }

  /// The one order that agrees.
  ///
  /// - Parameter orders: for each model what its rule may mean, the likeliest first, whose disagreement is told.
  private static func chosen(
    _ orders: [[ParameterOrder]], _ optimizer: OptimizerRecord, _ models: ModelCandidates,
    _ document: Document
  ) throws(CheckpointError) -> ParameterOrder {
    var agreed: [ParameterOrder] = []
    var refusals: [(size: Int, error: CheckpointError)] = []
    for variants in orders {
      var refusal: (size: Int, error: CheckpointError)?
      var found: ParameterOrder?
      for order in variants where found == nil {
        do throws(CheckpointError) {
          found = try order.agreeing(with: optimizer, in: document)
        } catch {
          refusal = refusal ?? (order.groups.reduce(0) { $0 + $1.count }, error)
        }
      }
      if let found { agreed.append(found) } else if let refusal { refusals.append(refusal) }
    }
    if agreed.count == 1 { return agreed[0] }
    if let usual = agreed.first(where: { ModelCandidates.usualNames.contains($0.model) }) { return usual }
    guard agreed.isEmpty else {
      throw CheckpointError(
        .ambiguous, "it may belong to \(Prose.list(agreed.map(\.model))): the shapes of all of them agree",
        at: .init(key: optimizer.path))
    }
    // The largest model says best what is wrong.
    if let first = refusals.max(by: { $0.size < $1.size }) { throw first.error }
    throw CheckpointError(
      .misfit, "no state dict beside it is the model that it trains", at: .init(key: optimizer.path))
  }

  /// `model.parameters()`, or those of them that need a gradient, where the file tells which do.
  static func stateDictOrder(_ site: Document.StateDictSite, _ document: Document) -> [ParameterOrder] {
    let all = ModelParameter.all(of: site, in: document)
    let trained = trained(all)
    return (trained.count == all.count ? [all] : [all, trained]).map {
      ParameterOrder(rule: .stateDictOrder, model: site.path, groups: [$0], staysWhenEmpty: [true])
    }
  }

  static func oneGroupEach(_ site: Document.StateDictSite, _ document: Document) -> ParameterOrder {
    let parameters = ModelParameter.all(of: site, in: document)
    return ParameterOrder(
      rule: .oneGroupEach, model: site.path, groups: parameters.map { [$0] },
      staysWhenEmpty: parameters.map { _ in false })
  }

  static func decayLast(_ site: Document.StateDictSite, _ document: Document) -> ParameterOrder {
    let (decayed, others) = halves(trained(ModelParameter.all(of: site, in: document)))
    return ParameterOrder(
      rule: .decayLast, model: site.path, groups: [others, decayed], staysWhenEmpty: [true, true])
  }

  /// The student's two groups, and SDPN's third: the `prototypes`, a tensor at the top
  /// (`speakerlab/bin/train_sdpn.py`). The second meaning has no frozen `last_layer`: DINO's `norm_last_layer=False`.
  static func decayFirst(
    _ site: Document.StateDictSite, _ optimizer: OptimizerRecord, _ document: Document
  ) -> [ParameterOrder] {
    let all = trained(ModelParameter.all(of: site, in: document))
    let unfrozen = all.filter { !isFrozenMagnitude($0.key) }
    return [unfrozen, all].map { parameters in
      let (decayed, others) = halves(parameters)
      var order = ParameterOrder(
        rule: .decayFirst, model: site.path, groups: [decayed, others], staysWhenEmpty: [true, true])
      if optimizer.groups.count == 3, let prototypes = prototypes(document) {
        order.groups.append([prototypes])
        order.staysWhenEmpty.append(false)
      }
      return order
    }
  }

  private static func halves(
    _ parameters: [ModelParameter]
  ) -> (decayed: [ModelParameter], others: [ModelParameter]) {
    let isUndecayed = { (parameter: ModelParameter) in
      parameter.key.hasSuffix(".bias") || parameter.shape.count <= 1
    }
    return (parameters.filter { !isUndecayed($0) }, parameters.filter(isUndecayed))
  }

  /// Upstream skips what needs no gradient, where the file tells.
  private static func trained(_ parameters: [ModelParameter]) -> [ModelParameter] {
    parameters.contains(where: \.requiresGrad) ? parameters.filter(\.requiresGrad) : parameters
  }

  /// `last_layer.weight_g`, which `DINOHead` and `RDINOHead` fill with ones and freeze, in both of its forms.
  private static func isFrozenMagnitude(_ key: Text) -> Bool {
    let names: [Text] = ["last_layer.weight_g", "last_layer.parametrizations.weight.original0"]
    return names.contains {
      key == $0 || key.hasSuffix("." + $0)
    }
  }

  private static func prototypes(_ document: Document) -> ModelParameter? {
    guard let node = document.value(of: "prototypes", in: document.root),
      let shape = document.tensorShape(node)
    else { return nil }
    return ModelParameter(
      key: "prototypes", path: "prototypes", container: document.root, position: 0, nodes: [node],
      shape: shape, requiresGrad: true, isParameter: false)
  }
}
