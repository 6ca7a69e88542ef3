// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// How an optimizer followed what a recipe did to the parameters that it trains.
public struct OptimizerReport: Codable, Sendable {
  /// What an optimizer holds.
  public struct Figures: Codable, Sendable, Hashable {
    /// Of `param_groups`.
    public var groups: Int
    /// Over all groups.
    public var parameters: Int
    /// Parameters that have a state.
    public var states: Int
  }

  /// Where it lies in the result.
  public var path: Text
  /// The path of the model that it trains, as it was; absent where the order cannot be told.
  public var model: Text?
  /// The rule that tells which parameter an index is; absent where none does.
  public var rule: String?
  /// How many tensors of the state have the shape of their parameter. None has another one.
  public var shapes: Int?
  /// How many of the parameters that stay have another key.
  public var renamed: Int
  /// How many of them have other rows, and their state with them.
  public var rows: Int
  /// Absent where the order cannot be told: then names changed and nothing else.
  public var before: Figures?
  /// Absent with `before`.
  public var after: Figures?
  /// What a user should know, a sentence each.
  public var notes: [String]
}

extension OptimizerReport.Figures {
  init(_ optimizer: OptimizerRecord) {
    groups = optimizer.groups.count
    parameters = optimizer.parameterCount
    states = optimizer.entries.count
  }
}
