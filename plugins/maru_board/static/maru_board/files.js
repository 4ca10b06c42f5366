// Says before sending, not after, that a chosen file is too large or that there are too many. The server checks again.
"use strict";

for (const field of document.querySelectorAll("input[type=file][data-file-bytes]")) {
  field.addEventListener("change", () => {
    const { fileBytes, fileCount, tooLarge, tooMany } = field.dataset;
    const files = [...field.files];
    const large = files.find((file) => file.size > Number(fileBytes));
    const problem = large ? tooLarge.replace("{name}", large.name) : files.length > Number(fileCount) ? tooMany : "";
    field.setCustomValidity(problem);
    field.reportValidity();
  });
}
