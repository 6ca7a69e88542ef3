// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of a backbone of any family, and the way from them to the network.
package enum NetworkConfiguration: Sendable, Equatable {
  case ecapaTDNN(ECAPAConfiguration)
  case camPlusPlus(CAMPPlusConfiguration)
  /// Res2Net, ERes2Net or ERes2NetV2.
  case res2Net(Res2NetConfiguration)
  case resNet34(ResNetConfiguration)
  case xvector(XVectorConfiguration)

  /// The network with values from `source`.
  ///
  /// - Throws: `misfit` when the sizes do not go together, or what the source throws.
  package func network<Numbers: Kernels>(
    _: Numbers.Type, front: FrontEnd, source: any ParameterSource
  ) throws(CheckpointError) -> any SpeakerNetwork<Numbers> {
    switch self {
    case .ecapaTDNN(let sizes): return try ECAPANetwork<Numbers>(sizes, front: front, source: source)
    case .camPlusPlus(let sizes): return try CAMPPlusNetwork<Numbers>(sizes, source: source)
    case .res2Net(let sizes): return try Res2NetNetwork<Numbers>(sizes, source: source)
    case .resNet34(let sizes): return try ResNetNetwork<Numbers>(sizes, source: source)
    case .xvector(let sizes): return try XVectorNetwork<Numbers>(sizes, source: source)
    }
  }

  /// Keys and shapes of the state dict, in order, as a network of these sizes has them.
  package var slots: [StateSlot] {
    get throws(CheckpointError) {
      try network(FastKernels.self, front: .fbank, source: OutlineParameters()).registry.slots
    }
  }

  package var embedding: Int {
    get {
      switch self {
      case .ecapaTDNN(let sizes): sizes.embedding
      case .camPlusPlus(let sizes): sizes.embedding
      case .res2Net(let sizes): sizes.embedding
      case .resNet34(let sizes): sizes.embedding
      case .xvector(let sizes): sizes.embedding
      }
    }
    set {
      switch self {
      case .ecapaTDNN(var sizes):
        sizes.embedding = newValue
        self = .ecapaTDNN(sizes)
      case .camPlusPlus(var sizes):
        sizes.embedding = newValue
        self = .camPlusPlus(sizes)
      case .res2Net(var sizes):
        sizes.embedding = newValue
        self = .res2Net(sizes)
      case .resNet34(var sizes):
        sizes.embedding = newValue
        self = .resNet34(sizes)
      case .xvector(var sizes):
        sizes.embedding = newValue
        self = .xvector(sizes)
      }
    }
  }
}
