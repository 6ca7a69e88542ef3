// SPDX-License-Identifier: Apache-2.0
package import Training

/// Who shares a run's work. A program that starts several processes sets it around its commands, which the argument
/// parser makes: nothing else can be handed to them.
package enum RunProcesses {
  @TaskLocal package static var current: any Collective = SingleProcess.shared
}
