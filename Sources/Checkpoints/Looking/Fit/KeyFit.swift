// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// What `Module.load_state_dict` would make of a state dict (torch/nn/modules/module.py,
/// `_load_from_state_dict`): keys and shapes alone decide, dtypes are converted on the way.
public struct KeyFit: Codable, Sendable, Hashable {
  /// A key that only one side has, with its shape.
  public struct Key: Codable, Sendable, Hashable {
    /// As one side alone has it.
    public var key: Text
    /// Absent for what is no tensor.
    public var shape: [Int]?
  }

  /// `size mismatch`.
  public struct Misshapen: Codable, Sendable, Hashable {
    /// As both sides have it.
    public var key: Text
    /// The network's shape.
    public var expected: [Int]
    /// The file's.
    public var found: [Int]
  }

  /// A value that PyTorch refuses to copy, whatever its shape.
  public struct Uncopied: Codable, Sendable, Hashable {
    /// As both sides have it.
    public var key: Text
    /// What it is, in words.
    public var reason: String
  }

  /// A key that loads with a conversion.
  public struct Converted: Codable, Sendable, Hashable {
    /// As both sides have it.
    public var key: Text
    /// The network's data type.
    public var expected: String
    /// The file's.
    public var found: String
  }

  /// Keys that get a value, in the network's order.
  public var loaded: [Text] = []
  /// In the network's order.
  public var missing: [Key] = []
  /// Missing `num_batches_tracked` that PyTorch fills in: the module's version in `_metadata` is below 2, or not
  /// told.
  public var tolerated: [Text] = []
  /// In the file's order.
  public var unexpected: [Key] = []
  /// Both have the key, in two shapes.
  public var misshapen: [Misshapen] = []
  /// Both have the key, and the file's value is no tensor that PyTorch copies.
  public var uncopied: [Uncopied] = []
  /// Loaded all the same: PyTorch converts to the network's data type.
  public var converted: [Converted] = []

  /// `load_state_dict(strict=True)` succeeds.
  public var loadsStrictly: Bool { missing.isEmpty && unexpected.isEmpty && loadsLoosely }
  /// `load_state_dict(strict=False)` succeeds: it forgives missing and unexpected keys, no shape.
  public var loadsLoosely: Bool { misshapen.isEmpty && uncopied.isEmpty }

  init(_ file: FileKeys, _ spec: KeySpec) {
    for (key, wanted) in spec.entries {
      guard let found = file.entries[key] else {
        if Self.isTolerated(key, file, spec) {
          tolerated.append(key)
        } else {
          missing.append(Key(key: key, shape: wanted.shape))
        }
        continue
      }
      compare(key, wanted, found)
    }
    for (key, value) in file.entries where spec.entries[key] == nil {
      unexpected.append(Key(key: key, shape: value.shape))
    }
  }

  private mutating func compare(_ key: Text, _ wanted: KeySpec.Entry, _ found: FileKeys.Value) {
    // Extra state goes to the module's `set_extra_state`, whatever it is.
    guard let expected = wanted.shape else { return loaded.append(key) }
    guard let shape = found.shape, let dtype = found.dtype else {
      return uncopied.append(.init(key: key, reason: "a \(found.type), not a dense tensor"))
    }
    // Tensors of one dimension were scalars before PyTorch 0.4: the first element is taken.
    if expected.isEmpty, shape.count == 1 {
      guard shape[0] > 0 else {
        return uncopied.append(.init(key: key, reason: "it has no element to take as the scalar"))
      }
    } else if shape != expected {
      return misshapen.append(.init(key: key, expected: expected, found: shape))
    }
    let name = wanted.dtype ?? dtype.rawValue
    if dtype.isQuantized, DType(rawValue: name)?.isQuantized != true || wanted.dtype == nil {
      return uncopied.append(.init(key: key, reason: "\(dtype) cannot be copied to a plain tensor"))
    }
    loaded.append(key)
    if name != dtype.rawValue { converted.append(.init(key: key, expected: name, found: dtype.rawValue)) }
  }

  /// `_NormBase._load_from_state_dict`: before version 2 there was no `num_batches_tracked`, and zero is put in.
  static func isTolerated(_ key: Text, _ file: FileKeys, _ spec: KeySpec) -> Bool {
    let leaf: Text = "num_batches_tracked"
    guard key == leaf || key.hasSuffix("." + leaf) else { return false }
    let module = key.dropLast(leaf.count).dropLast()
    let mean: Text = module.isEmpty ? "running_mean" : module + ".running_mean"
    guard spec.entries[mean] != nil else { return false }
    return (file.versions[module] ?? 1) < 2
  }
}
