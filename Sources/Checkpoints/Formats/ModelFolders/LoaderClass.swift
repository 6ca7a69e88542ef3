// SPDX-License-Identifier: Apache-2.0

/// A class of another project that builds a network from a few arguments and loads a state dict into it, strictly.
struct LoaderClass: Sendable {
  /// A size of a backbone under the name that the class has for it.
  struct Argument: Sendable {
    var name: String
    var size: String
  }

  /// As the project's configurations have it.
  var name: String
  /// Sizes that stand fixed in its code.
  var fixed: [String: [Int]]
  /// Those that are told to it.
  var arguments: [Argument]

  init(_ name: String, fixed: [String: [Int]], arguments: [(name: String, size: String)]) {
    self.name = name
    self.fixed = fixed
    self.arguments = arguments.map { Argument(name: $0.name, size: $0.size) }
  }

  /// The values of the arguments, in their order.
  ///
  /// - Parameter project: whose class it is, for errors.
  /// - Throws: `unrepresentable`, with the first size that the class is not built in.
  func values(
    of backbone: Backbone, project: String
  ) throws(CheckpointError) -> [(name: String, values: [Int])] {
    let sizes = backbone.argumentSizes
    for (size, wanted) in fixed.sorted(by: { $0.key < $1.key }) where sizes[size] != wanted {
      let own = sizes[size].map { "\(size) \(Backbone.words($0))" } ?? "no \(size)"
      throw Self.refusal(
        "this \(backbone.family.rawValue) has \(own), not \(Backbone.words(wanted)): \(project)'s `\(name)` is "
          + "built in that size alone")
    }
    var values: [(name: String, values: [Int])] = []
    for argument in arguments {
      guard let value = sizes[argument.size], !value.isEmpty else {
        throw Self.refusal("\(project)'s `\(name)` has no argument for the sizes of this network")
      }
      values.append((argument.name, value))
    }
    return values
  }

  static func refusal(_ reason: String) -> CheckpointError {
    CheckpointError(
      .unrepresentable, reason, hint: "`resect-train export FILE -o model.onnx` takes every size")
  }
}

extension Backbone {
  /// Every size by name; those of its ends too.
  fileprivate var argumentSizes: [String: [Int]] {
    var all = sizes
    all["embedding"] = [embedding]
    if let mels { all["mels"] = [mels] }
    // The dense layers of CAM++ are narrowed to so many times what each adds.
    if let growth = sizes["growth_rate"]?.first, let bottleneck = sizes["bottleneck"]?.first, growth > 0,
      bottleneck.isMultiple(of: growth)
    {
      all["bn_size"] = [bottleneck / growth]
    }
    return all
  }
}
