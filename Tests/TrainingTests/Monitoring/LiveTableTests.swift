// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

@Suite struct LiveTableTests {
  @Test func `rows that come one by one stand below their headings`() {
    let table = LiveTable([.accuracy, .margin, .heldOut, .equalErrorRate])
    let rows = [
      LiveTable.Epoch(
        epoch: 1, loss: 12.34567, accuracy: 0.125, learningRate: 0.005, margin: 0.04, heldOutAccuracy: 0.5,
        equalErrorRate: 0.2, seconds: 61.2, utterances: 1920),
      LiveTable.Epoch(
        epoch: 120, loss: 0.5, accuracy: 1, learningRate: 1e-5, margin: 0.2, seconds: 3723, utterances: 1920),
    ]
    #expect(
      [table.header] + rows.map(table.row) == [
        "epoch       loss   acc %         lr  margin  held out %   EER %     time    utt/s",
        "    1    12.3457   12.50  0.0050000   0.040       50.00   20.00     1:02     31.4",
        "  120     0.5000  100.00  0.0000100   0.200           -       -  1:02:03      0.5",
      ])
  }

  @Test func `columns that a run has not are left out`() {
    let table = LiveTable([])
    #expect(table.header == "epoch       loss         lr     time    utt/s")
    let row = table.row(.init(epoch: 3, loss: .nan, learningRate: 0.1, seconds: 0, utterances: 0))
    #expect(row == "    3        NaN  0.1000000     0:00      0.0")
  }

  @Test func `the moving line tells how far it is, and never wraps`() {
    let table = LiveTable([])
    var step = LiveTable.Step(
      epoch: 3, epochs: 20, step: 12, steps: 48, loss: 1.23456, done: 100, left: 950, seconds: 4)
    let text = "epoch 3/20 [#####...............]  12/48  loss 1.2346  25.0 utt/s  0:38 left"
    #expect(table.progress(step, width: 80) == text)
    #expect(table.progress(step, width: 30) == text.prefix(30))
    (step.step, step.left, step.done) = (48, 0, 1050)
    #expect(
      table.progress(step, width: 80)
        == "epoch 3/20 [####################]  48/48  loss 1.2346  262.5 utt/s")
    (step.step, step.steps, step.done, step.seconds) = (0, 0, 0, 0)
    #expect(
      table.progress(step, width: 80) == "epoch 3/20 [....................]  0/0  loss 1.2346  0.0 utt/s")
  }

  @Test func `clocks have hours only where there are some`() {
    let cases: [(Double, String)] = [
      (0, "0:00"), (6.01, "0:07"), (59.5, "1:00"), (3599, "59:59"), (3600, "1:00:00"), (360_061, "100:01:01"),
      (.infinity, "-"), (.nan, "-"),
    ]
    for (seconds, text) in cases { #expect(LiveTable.clock(seconds) == text) }
  }
}
