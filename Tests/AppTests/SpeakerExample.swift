// SPDX-License-Identifier: Apache-2.0
import Training

// The example of docs/training/enroll.md, word for word.
func whoSpeaks(in recording: String, folder: String) throws -> String {
  let model = try SpeakerModel("\(folder)/backbone.pth", features: .mel)
  var speakers = EnrolledSpeakers(of: model)
  try speakers.enroll(model.embed(file: "\(folder)/anna-0.npy"), as: "anna")
  try speakers.enroll(model.embed(file: "\(folder)/anna-1.npy"), as: "anna")
  try speakers.enroll(model.embed(file: "\(folder)/ben-2.npy"), as: "ben")
  speakers.threshold = 0.5  // or what `resect-train enroll --calibration` stored
  try speakers.write(to: "\(folder)/speakers.npz", replacing: true)

  let known = try EnrolledSpeakers(contentsOf: "\(folder)/speakers.npz")
  return try known.identify(model.embed(file: recording))?.name ?? "nobody"
}
