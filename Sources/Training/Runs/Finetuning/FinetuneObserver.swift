// SPDX-License-Identifier: Apache-2.0

/// Follows a run: lines for people go to standard error.
package protocol FinetuneObserver {
  /// What was judged before the first step, if anything; how many steps are over already where a run goes on.
  func began(_ before: EpochJudgement?, resumedAt: Int?)
  /// After each step.
  func stepped(_ step: StepFigures)
  func finished(_ figures: EpochFigures, seconds: Double)
  func stopped(_ stop: EarlyStop)
  func averaged(_ average: AverageReport)
  func blended(_ blend: BlendReport)
  func wrote(_ folder: String)
}

/// One step's figures.
package struct StepFigures: Sendable, Equatable {
  package var epoch: Int
  /// Counted from 1, and how many the epoch has.
  package var step: Int
  package var steps: Int
  /// Steps that are over in the whole run, and how many it has.
  package var iteration: Int
  package var iterations: Int
  package var utterances: Int
  package var loss: Double
  package var accuracy: Double
  package var learningRate: Double
  package var margin: Double
}
