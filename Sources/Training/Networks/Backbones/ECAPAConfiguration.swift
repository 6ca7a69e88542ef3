// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of an ECAPA-TDNN. All but the dilations can be read off a state dict.
package struct ECAPAConfiguration: Sendable, Equatable {
  /// Mel bins.
  package var inputs = 80
  /// The first layer, the blocks, and the aggregation (`mfa`).
  package var channels = [1024, 1024, 1024, 1024, 3072]
  package var kernels = [5, 3, 3, 3, 1]
  package var dilations = [1, 2, 3, 4, 1]
  package var attentionChannels = 128
  package var squeezeChannels = 128
  /// Parts that a block's channels are split into.
  package var scale = 8
  /// The attention also sees each utterance's mean and deviation.
  package var usesGlobalContext = true
  package var embedding = 192

  package init() {}

  /// Frames that the longest reflection needs.
  package var shortestInput: Int {
    1 + (zip(kernels, dilations).map { ($0 - 1) / 2 * $1 }.max() ?? 0)
  }

  /// The sizes that a state dict's keys and shapes tell; nil when they are not an ECAPA-TDNN's.
  ///
  /// Dilations leave no trace in shapes: the published 1, 2, 3, 4, 1 are taken.
  package init?(shapes: [Text: [Int]]) {
    func shape(_ key: Text) -> [Int]? {
      guard let shape = shapes[key], shape.count == 3, shape.allSatisfy({ $0 > 0 }) else { return nil }
      return shape
    }
    guard let first = shape("blocks.0.conv.conv.weight"), let mfa = shape("mfa.conv.conv.weight"),
      let attention = shape("asp.tdnn.conv.conv.weight"), let fc = shape("fc.conv.weight")
    else { return nil }
    inputs = first[1]
    channels = [first[0]]
    kernels = [first[2]]
    dilations = [1]
    var parts: [Int] = []
    while let block = shape("blocks.\(channels.count).tdnn2.conv.conv.weight") {
      let name: Text = "blocks.\(channels.count)"
      guard let res2 = shape("\(name).res2net_block.blocks.0.conv.conv.weight"),
        let squeeze = shape("\(name).se_block.conv1.conv.weight")
      else { return nil }
      var scale = 1
      while shapes["\(name).res2net_block.blocks.\(scale - 1).conv.conv.weight"] != nil { scale += 1 }
      parts.append(scale)
      channels.append(block[0])
      kernels.append(res2[2])
      dilations.append(channels.count)
      squeezeChannels = squeeze[0]
    }
    guard let scale = parts.first, parts.allSatisfy({ $0 == scale }) else { return nil }
    self.scale = scale
    channels.append(mfa[0])
    kernels.append(mfa[2])
    dilations.append(1)
    attentionChannels = attention[0]
    usesGlobalContext = attention[1] == 3 * mfa[0]
    embedding = fc[0]
    guard isSound, expectedShapes.allSatisfy({ shapes[$0.key] == $0.value }) else { return nil }
  }

  /// The sizes go together.
  package var isSound: Bool {
    let sizes = channels + [inputs, attentionChannels, squeezeChannels, embedding, scale]
    return channels.count >= 3 && kernels.count == channels.count && dilations.count == channels.count
      && sizes.allSatisfy { $0 > 0 } && kernels.allSatisfy { $0 > 0 && $0 % 2 == 1 }
      && dilations.allSatisfy { $0 > 0 } && scale > 1
      && channels.dropFirst().dropLast().allSatisfy { $0 % scale == 0 }
  }

  /// The convolution weights that fix every size.
  private var expectedShapes: [Text: [Int]] {
    let last = channels.count - 1
    var shapes: [Text: [Int]] = [:]
    for index in 1..<last {
      let (inputs, outputs) = (channels[index - 1], channels[index])
      let name: Text = "blocks.\(index)"
      shapes["\(name).tdnn1.conv.conv.weight"] = [outputs, inputs, 1]
      for part in 0..<(scale - 1) {
        shapes["\(name).res2net_block.blocks.\(part).conv.conv.weight"] = [
          outputs / scale, outputs / scale, kernels[index],
        ]
      }
      shapes["\(name).tdnn2.conv.conv.weight"] = [outputs, outputs, 1]
      shapes["\(name).se_block.conv1.conv.weight"] = [squeezeChannels, outputs, 1]
      shapes["\(name).se_block.conv2.conv.weight"] = [outputs, squeezeChannels, 1]
      if inputs != outputs { shapes["\(name).shortcut.conv.weight"] = [outputs, inputs, 1] }
    }
    let joined = channels[1..<last].reduce(0, +)
    shapes["mfa.conv.conv.weight"] = [channels[last], joined, kernels[last]]
    shapes["asp.tdnn.conv.conv.weight"] = [
      attentionChannels, channels[last] * (usesGlobalContext ? 3 : 1), 1,
    ]
    shapes["asp.conv.conv.weight"] = [channels[last], attentionChannels, 1]
    shapes["fc.conv.weight"] = [embedding, 2 * channels[last], 1]
    return shapes
  }
}
