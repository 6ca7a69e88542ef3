// SPDX-License-Identifier: Apache-2.0

/// Which parameter of a model each index of an optimizer means.
///
/// An optimizer counts parameters by position: the file does not say which is which. A rule gives the order, and it
/// holds only where the number of groups, the size of each, and the shape of every tensor in the state agree.
struct ParameterOrder: Sendable {
  /// How the order was found.
  enum Rule: String, Sendable {
    /// The groups' own `param_names`.
    case names = "param_names"
    /// Weights first, then what has no weight decay: names that end with `.bias` and vectors. `get_params_groups` of
    /// 3D-Speaker's `utils_rdino.py` and of facebookresearch/dino's `utils.py`, over the student.
    case decayFirst = "get_params_groups"
    /// The same halves, the one without weight decay first: `param_groups_weight_decay` of timm.
    case decayLast = "param_groups_weight_decay"
    /// `model.parameters()`.
    case stateDictOrder = "state-dict order"
    /// `model.parameters()`, each in a group of its own: MMEngine's `paramwise_cfg`.
    case oneGroupEach = "state-dict order, one group each"

    /// Whether the order within a group is that of the state dict.
    var followsStateDict: Bool { self != .names }
  }

  var rule: Rule
  /// The path of the model's state dict.
  var model: Text
  /// One parameter for each index of each group.
  var groups: [[ModelParameter]]
  /// Whether the code that builds the optimizer makes a group also where no parameter is left for it.
  var staysWhenEmpty: [Bool]
  /// How many tensors of the state have their parameter's shape; all of them.
  var shapes = 0
  /// What names have before the model's keys: `fc.weight` beside `module.fc.weight`.
  var prefixes = NamePrefixes()
}

/// How a name in `param_names` becomes a key of the state dict: `removed` goes from its beginning, `added` comes.
struct NamePrefixes: Sendable, Hashable {
  var removed: Text = ""
  var added: Text = ""

  func key(of name: Text) -> Text? {
    removed.isEmpty ? added + name : name.rest(after: removed).map { added + $0 }
  }

  /// The other way; a key without `added` is its own name.
  func name(of key: Text) -> Text {
    added.isEmpty ? removed + key : key.rest(after: added).map { removed + $0 } ?? key
  }
}
