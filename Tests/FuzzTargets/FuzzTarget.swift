// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What the fuzzers run, and the tests replay: any bytes whatever are read or refused, within bounds.
///
/// Each is one function of the same name, which throws where the bytes are refused, and stops the program where what was
/// read contradicts itself.
package enum FuzzTarget: String, CaseIterable, Sendable {
  /// Parts of files: `FuzzTarget+Pickles.swift`.
  case pickle, examiner, torch, metadata, script
  /// Files of one form: `FuzzTarget+Archives.swift`, `FuzzTarget+Arrays.swift`.
  case zip, tar, legacy, safetensors, npy, npz, onnx
  /// Models that are run: `FuzzTarget+Graphs.swift`.
  case graph
  /// What people feed in: `FuzzTarget+Texts.swift`, `FuzzTarget+Lists.swift`.
  case index, statement, yaml, recipe, policy, keys, allow, csv, trials, order, labels, kaldi
  /// Any file: `FuzzTarget+Files.swift`.
  case checkpoint, doors, salvage

  /// - Returns: what was refused, nil when the bytes could be read.
  @discardableResult
  package func run(_ bytes: [UInt8]) -> CheckpointError? {
    do throws(CheckpointError) { try function(bytes) } catch { return error }
    return nil
  }

  private var function: ([UInt8]) throws(CheckpointError) -> Void {
    switch self {
    case .pickle: Self.pickle
    case .examiner: Self.examiner
    case .torch: Self.torch
    case .metadata: Self.metadata
    case .script: Self.script
    case .zip: Self.zip
    case .tar: Self.tar
    case .legacy: Self.legacy
    case .safetensors: Self.safetensors
    case .npy: Self.npy
    case .npz: Self.npz
    case .onnx: Self.onnx
    case .graph: Self.graph
    case .index: Self.index
    case .statement: Self.statement
    case .yaml: Self.yaml
    case .recipe: Self.recipe
    case .policy: Self.policy
    case .keys: Self.keys
    case .allow: Self.allow
    case .csv: Self.csv
    case .trials: Self.trials
    case .order: Self.order
    case .labels: Self.labels
    case .kaldi: Self.kaldi
    case .checkpoint: Self.checkpoint
    case .doors: Self.doors
    case .salvage: Self.salvage
    }
  }
}
