// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// All that a run is judged on, before its first step and after each epoch.
struct EpochJudge {
  private let heldOut: HeldOutJudge?
  private let trials: TrialJudge?
  private let oldTrials: TrialJudge?
  private let classifier: Classifier<FastKernels>

  /// For a job's own network.
  init(_ job: FinetuneJob) {
    self.init(job, job.model.network, job.model.classifier, isStill: job.model.isBackboneStill)
  }

  /// - Parameter isStill: the backbone is not trained until `backboneMoves`.
  init(
    _ job: FinetuneJob, _ network: any SpeakerNetwork<FastKernels>, _ classifier: Classifier<FastKernels>,
    isStill: Bool
  ) {
    let (machine, budget) = (job.method.machine, job.cacheBudget)
    self.classifier = classifier
    // The first takes from the budget what all processes must find alike.
    heldOut = job.heldOut.map { HeldOutJudge($0, network, machine, budget: budget, isStill: isStill) }
    func judge(_ trials: HeldOutTrials) -> TrialJudge {
      TrialJudge(trials, network, machine, budget: budget, isStill: isStill)
    }
    (trials, oldTrials) = (job.trials.map(judge), job.oldTrials.map(judge))
  }

  var judgesAnything: Bool { heldOut != nil || trials != nil || oldTrials != nil }

  func backboneMoves() {
    heldOut?.backboneMoves()
    trials?.backboneMoves()
    oldTrials?.backboneMoves()
  }

  func judge() throws(CheckpointError) -> EpochJudgement {
    let own = try heldOut?.judge(classifier)
    return EpochJudgement(
      heldOutAccuracy: own?.accuracy, heldOutEER: own?.equalErrorRate, trialEER: try trials?.judge(),
      oldTrialEER: try oldTrials?.judge())
  }
}
