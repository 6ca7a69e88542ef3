// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Options by what they hold. A configuration's keys are read in order, and the last that has a value counts.
extension RunOption {
  typealias Path<Value> = any WritableKeyPath<Options, Value> & Sendable

  static func whole(
    _ word: String, _ path: Path<Int>, _ bounds: Bounds<Int>, _ role: Role, recipe: RecipeKey...,
    usual: Usual = .unsaid
  ) -> Self {
    whole(word, path, within: { _ in bounds }, role, recipe: recipe, usual: usual)
  }

  /// - Parameter within: its bounds beside the other options; nil where it is of no use beside them.
  static func whole(
    _ word: String, _ path: Path<Int>, within bounds: @escaping @Sendable (Options) -> Bounds<Int>?,
    _ role: Role, recipe: [RecipeKey] = [], usual: Usual = .unsaid
  ) -> Self {
    Self(
      word, role, usual: usual,
      Values(text: { "\($0[keyPath: path])" }, number: { Double($0[keyPath: path]) }),
      check: { options throws(CheckpointError) in
        try require(word, options[keyPath: path], bounds(options))
      },
      take: { options, file throws(CheckpointError) in
        for key in recipe {
          if let value = try file.read(key, file.int(anyOf:)) { options[keyPath: path] = value }
        }
      })
  }

  static func whole(
    _ word: String, _ path: Path<Int?>, _ bounds: Bounds<Int>, _ role: Role, recipe: RecipeKey...,
    usual: Usual = .unsaid
  ) -> Self {
    Self(
      word, role, usual: usual,
      Values(
        text: { $0[keyPath: path].map { "\($0)" } }, number: { $0[keyPath: path].map { Double($0) } }),
      check: { options throws(CheckpointError) in
        if let value = options[keyPath: path] { try require(word, value, bounds) }
      },
      take: { options, file throws(CheckpointError) in
        for key in recipe {
          if let value = try file.read(key, file.int(anyOf:)) { options[keyPath: path] = value }
        }
      })
  }

  static func real(
    _ word: String, _ path: Path<Double>, _ bounds: Bounds<Double>, _ role: Role, recipe: RecipeKey...,
    usual: Usual = .unsaid
  ) -> Self {
    real(word, path, within: { _ in bounds }, role, recipe: recipe, usual: usual)
  }

  /// - Parameter within: its bounds beside the other options; nil where it is of no use beside them.
  static func real(
    _ word: String, _ path: Path<Double>, within bounds: @escaping @Sendable (Options) -> Bounds<Double>?,
    _ role: Role, recipe: [RecipeKey] = [], usual: Usual = .unsaid
  ) -> Self {
    Self(
      word, role, usual: usual,
      Values(
        text: { "\($0[keyPath: path])" }, number: { $0[keyPath: path] },
        shown: { Decimals.plain($0[keyPath: path]) }),
      check: { options throws(CheckpointError) in
        try require(word, options[keyPath: path], bounds(options))
      },
      take: { options, file throws(CheckpointError) in
        for key in recipe {
          if let value = try file.read(key, file.number(anyOf:)) { options[keyPath: path] = value }
        }
      })
  }

  static func real(
    _ word: String, _ path: Path<Double?>, _ bounds: Bounds<Double>, _ role: Role
  ) -> Self {
    Self(
      word, role, Values(text: { $0[keyPath: path].map { "\($0)" } }, number: { $0[keyPath: path] }),
      check: { options throws(CheckpointError) in
        if let value = options[keyPath: path] { try require(word, value, bounds) }
      })
  }

  /// One of some words.
  ///
  /// - Parameter classes: 3D-Speaker's classes for them, of the object under `recipe`.
  static func choice<Value: RawRepresentable<String> & Sendable>(
    _ word: String, _ path: Path<Value>, _ role: Role, recipe: String? = nil,
    classes: [String: Value] = [:], usual: Usual = .unsaid
  ) -> Self {
    Self(
      word, role, usual: usual, Values(text: { $0[keyPath: path].rawValue }),
      take: { options, file throws(CheckpointError) in
        guard let recipe, let value = try file.choice(recipe, classes) else { return }
        options[keyPath: path] = value
      })
  }

  static func choice<Value: RawRepresentable<String> & Sendable>(
    _ word: String, _ path: Path<Value?>, _ role: Role, recipe: String, classes: [String: Value]
  ) -> Self {
    Self(
      word, role, Values(text: { $0[keyPath: path]?.rawValue }),
      take: { options, file throws(CheckpointError) in
        if let value = try file.choice(recipe, classes) { options[keyPath: path] = value }
      })
  }

  /// The name of a file or folder.
  static func name(_ word: String, _ path: Path<String?>, _ role: Role, recipe: RecipeKey...) -> Self {
    Self(
      word, role, Values(text: { $0[keyPath: path] }),
      take: { options, file throws(CheckpointError) in
        for key in recipe {
          if let value = try file.read(key, file.text(anyOf:)) { options[keyPath: path] = value }
        }
      })
  }

  static func require<Value>(
    _ word: String, _ value: Value, _ bounds: Bounds<Value>?
  ) throws(CheckpointError) {
    guard let bounds, !bounds.hold(value) else { return }
    throw refusal("\(word) \(value)", bounds.text)
  }

  /// - Parameter words: the option with its value.
  static func refusal(_ words: String, _ range: String) -> CheckpointError {
    CheckpointError(.wrongWords, "`\(words)`: it must be \(range)")
  }
}

extension TrainingRecipe {
  /// What the class of an object stands for; nil where there is no such object.
  ///
  /// - Throws: `unsupported` for a class that is not among these.
  fileprivate func choice<Value>(
    _ object: String, _ classes: [String: Value]
  ) throws(CheckpointError) -> Value? {
    guard let name = try self.object(object) else { return nil }
    guard let value = classes[name] else { throw Self.unknown(object, name) }
    return value
  }

  static func unknown(_ place: String, _ name: String) -> CheckpointError {
    CheckpointError(.unsupported, "`\(place)` is \(name), which is not known here")
  }
}
