// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Training

/// The sizes of networks that `dino --init` makes; a file that is gone on from has its own.
struct DINOSizes: ParsableArguments {
  @Option(help: "Channels of the ECAPA-TDNN; its last layer has three times as many (default: 1024).")
  var channels: Int?

  @Option(help: "Channels of attention, and of squeeze and excitation (default: 128).")
  var attention: Int?

  @Option(help: "The length of an embedding (default: 512).")
  var embedding: Int?

  @Option(help: "The head's hidden layers (default: 2048).")
  var hidden: Int?

  @Option(help: "What RDINO's regulariser sees (default: 8192).")
  var addDim: Int?

  @Option(help: "The head's bottleneck; SDPN: a prototype's length (default: 256).")
  var bottleneck: Int?

  @Option(help: "RDINO's classes (default: 65536).")
  var outDim: Int?

  @Option(help: "SDPN's prototypes (default: 1024).")
  var prototypes: Int?

  func apply(to options: inout DINOOptions) {
    if let channels { options.sizes.channels = [channels, channels, channels, channels, 3 * channels] }
    options.sizes.attention = attention ?? options.sizes.attention
    options.sizes.squeezed = attention ?? options.sizes.squeezed
    options.sizes.embedding = embedding ?? options.sizes.embedding
    options.sizes.hidden = hidden ?? options.sizes.hidden
    options.sizes.regularised = addDim ?? options.sizes.regularised
    options.sizes.bottleneck = bottleneck ?? options.sizes.bottleneck
    options.sizes.outputs = outDim ?? options.sizes.outputs
    options.sizes.prototypes = prototypes ?? options.sizes.prototypes
  }
}
