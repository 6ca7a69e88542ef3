// SPDX-License-Identifier: Apache-2.0

/// The globals that PyTorch's `weights_only` unpickler resolves by default: what a file may name and still load
/// with a bare `torch.load(path)`. From `torch/_weights_only_unpickler.py` of PyTorch 2.15.
package enum KnownGlobals {
  package static func contains(_ global: GlobalName) -> Bool {
    switch global.module {
    case "_codecs": return global.name == "encode"
    case "builtins", "__builtin__": return ["bytearray", "complex", "set"].contains(global.name)
    case "collections": return ["Counter", "OrderedDict"].contains(global.name)
    case "torch":
      return ["Size", "Tensor", "device"].contains(global.name) || quantizationSchemes.contains(global.name)
        || DType(global.name) != nil || subByteTypes.contains(global.name)
        || StorageClass.dtype(global) != nil || isTensorClass(global.name)
    case "torch.cuda":
      return StorageClass.dtype(global).map { !$0.isQuantized } ?? isTensorClass(global.name)
    case "torch.sparse", "torch.cuda.sparse": return isTensorClass(global.name)
    case "torch.storage": return ["TypedStorage", "UntypedStorage"].contains(global.name)
    case "torch.nn.parameter": return global.name == "Parameter"
    case "torch.serialization": return global.name == "_get_layout"
    case "torch._tensor": return global.name == "_rebuild_from_type_v2"
    case "torch._utils": return rebuilders.contains(global.name)
    default: return false
    }
  }

  private static let quantizationSchemes: Set<Text> = [
    "per_tensor_affine", "per_tensor_symmetric", "per_channel_affine", "per_channel_symmetric",
    "per_channel_affine_float_qparams",
  ]

  private static let subByteTypes: Set<Text> = Set((1...7).flatMap { ["int\($0)", "uint\($0)"] })

  private static let rebuilders: Set<Text> = [
    "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter",
    "_rebuild_parameter_with_state", "_rebuild_qtensor", "_rebuild_sparse_tensor",
    "_rebuild_meta_tensor_no_storage", "_rebuild_wrapper_subclass", "_rebuild_device_tensor_from_numpy",
    "_rebuild_device_tensor_from_cpu_tensor",
  ]

  private static func isTensorClass(_ name: Text) -> Bool {
    guard let type = name.dropping(suffix: "Tensor") else { return false }
    return [
      "BFloat16", "Bool", "Byte", "Char", "Double", "Float", "Half", "Int", "Long", "Short",
    ].contains(type)
  }
}
