// SPDX-License-Identifier: Apache-2.0

/// facebookresearch/dinov2: `do_test` of `dinov2/train/train.py` saves `teacher` alone; `FSDPCheckpointer.save` of
/// `dinov2/fsdp/__init__.py` saves `model`, with both networks, `optimizer` and `iteration`. The networks are
/// ModuleDicts of `backbone`, `dino_head` and, where iBOT has its own head, `ibot_head`
/// (`SSLMetaArch.__init__` of `dinov2/train/ssl_meta_arch.py`).
enum DINOv2Layout: Layout {
  static let name = "DINOv2"
  static let page = "dinov2"

  static func evidence(_ survey: Survey) -> [String]? {
    let branches = survey.headed
    let hasOwnHead = branches.contains { branch in
      branch.dropped.contains { $0.path.hasSuffix("dino_head.") || $0.path.hasSuffix("ibot_head.") }
    }
    return hasOwnHead ? survey.headLines(branches) : nil
  }
}
