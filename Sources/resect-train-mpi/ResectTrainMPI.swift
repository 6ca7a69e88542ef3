// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CommandKit
import Glibc
import TrainCommands

/// The trainer's program over Open MPI.
@main
struct ResectTrainMPI: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resect-train-mpi",
    abstract: "Train speaker models on several processes at once, over Open MPI.",
    discussion: """
      The commands and words are resect-train's. K processes take K times --batch-size utterances a step, and give what \
      one process gives with a --batch-size K times as large, within rounding. A batch size of --config is that of all \
      processes together.

      Examples:
        mpirun -np 4 --bind-to none resect-train-mpi finetune --backbone b.pth --data train.csv -o exp --batch-size 64

      Exit codes: 0 fine, 2 wrong words, 3 cannot read or write, 4 refused for safety.
      """,
    version: Program.version,
    subcommands: TrainCommands.training)

  static func main() {
    Program.prepare()
    guard let processes = MPIProcesses() else {
      Standard.error("error: MPI gives no threads beside it (MPI_THREAD_FUNNELED)\n")
      Glibc.exit(3)
    }
    if processes.rank != 0 { followWords(processes) }
    RunProcesses.$current.withValue(processes) {
      Program.main(Self.self) { processes.end($0) }
    }
  }

  /// Returns where the words are right. All processes have the same, and the first says what is wrong with them.
  private static func followWords(_ processes: MPIProcesses) {
    do {
      _ = try parseAsRoot()
    } catch {
      if exitCode(for: error).isSuccess { processes.end(0) }
      // Until the first process has spoken and ends all.
      _ = processes.gather([false])
    }
  }
}
