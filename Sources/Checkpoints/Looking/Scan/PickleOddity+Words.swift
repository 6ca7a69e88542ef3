// SPDX-License-Identifier: Apache-2.0

/// What is said of what no pickle of a checkpoint does.
extension PickleExamination.Oddity {
  var judged: (kind: ScanFinding, verdict: GlobalVerdict) {
    switch self {
    case .readersDiffer: (.readersDiffer, .opaque)
    case .changed(let name), .computedBytes(let name):
      (.call, GlobalVerdict(name) == .dangerous ? .dangerous : .opaque)
    default: (.call, .opaque)
    }
  }

  var words: String {
    switch self {
    case .extensionCode(let code):
      "the extension code \(code) stands for a name that the loader's copyreg knows, not the file"
    case .changed(let name):
      "\(name) itself is changed, not an object of it: all of the process shares it"
    case .changedUnknown: "what a loader hands in is changed"
    case .calledResult: "what is called is no name, but what a call or the loader gave"
    case .computedName: "a module or name is not written in the pickle, but comes out of a call"
    case .computedBytes(let name):
      "\(name) loads bytes that are not written in the pickle, but come out of a call"
    case .outsideBuffer: "a value lies in a buffer outside of the file"
    case .longName: "the name of a class is too long to be one"
    case .wrapperMisused:
      "an array is made otherwise than joblib makes one: what its unpickler would read as numbers cannot be told"
    case .readersDiffer(let difference): difference.words
    }
  }
}
