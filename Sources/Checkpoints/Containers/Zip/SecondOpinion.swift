// SPDX-License-Identifier: Apache-2.0

/// What libzip, a reader that shares no code with ours, says about an archive.
package enum SecondOpinion {
  /// Opens the file with libzip's consistency checks and reads every member back.
  ///
  /// - Returns: one complaint a line, none when all is well.
  package static func complaints(on file: InputFile) -> [CheckpointError] {
    let archive: LibZipArchive
    do throws(CheckpointError) { archive = try LibZipArchive(file, strict: true) } catch { return [error] }
    var complaints: [CheckpointError] = []
    var buffer = [UInt8](repeating: 0, count: ZipDirectory.chunkSize)
    for index in 0..<archive.count {
      do throws(CheckpointError) {
        let member = try archive.open(index)
        while try member.read(into: &buffer, atMost: buffer.count) > 0 {}
      } catch {
        complaints.append(error.at(file: file.path, member: archive.name(index)))
      }
    }
    return complaints
  }
}
