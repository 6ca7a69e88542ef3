// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Training

/// The sizes of networks that `dino --init` makes; a file that is gone on from has its own.
struct DINOSizes: ParsableArguments {
  @Option(
    help: DINOOptions.help("--channels", "Channels of the ECAPA-TDNN; its last layer has three times as many")
  )
  var channels: Int?

  @Option(help: DINOOptions.help("--attention", "Channels of attention, and of squeeze and excitation"))
  var attention: Int?

  @Option(help: DINOOptions.help("--embedding", "The length of an embedding"))
  var embedding: Int?

  @Option(help: DINOOptions.help("--hidden", "The head's hidden layers"))
  var hidden: Int?

  @Option(help: DINOOptions.help("--add-dim", "What RDINO's regulariser sees"))
  var addDim: Int?

  @Option(help: DINOOptions.help("--bottleneck", "The head's bottleneck; SDPN: a prototype's length"))
  var bottleneck: Int?

  @Option(help: DINOOptions.help("--out-dim", "RDINO's classes"))
  var outDim: Int?

  @Option(help: DINOOptions.help("--prototypes", "SDPN's prototypes"))
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
