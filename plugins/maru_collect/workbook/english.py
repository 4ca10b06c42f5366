"""The English of this package's sentences, by their Korean text."""

ENGLISH: dict[str, str] = {
    # Why a column was read as it was.
    "제목이 ‘{heading}’이라 행 번호로 읽었습니다.": "Read as a row number because its heading is “{heading}”.",
    "제목이 ‘{heading}’이라 부서로 읽었습니다.": "Read as a department because its heading is “{heading}”.",
    "제목 ‘{heading}’이(가) 날짜를 뜻합니다.": "The heading “{heading}” means a date.",
    "제목 ‘{heading}’이(가) 금액을 뜻합니다.": "The heading “{heading}” means an amount.",
    "제목 ‘{heading}’이(가) 개수를 뜻합니다.": "The heading “{heading}” means a count.",
    "제목 ‘{heading}’이고 칸이 넓어 긴 글로 읽었습니다.": "Read as long text because of the heading “{heading}” and its width.",
    "제목에 필수 표시(*)가 있어 꼭 입력해야 합니다.": "Required: the heading has the mark for it (*).",
    "입력 규칙이 빈칸을 허용하지 않아 꼭 입력해야 합니다.": "Required: the validation rule allows no blank.",
    "입력 규칙의 목록({source})에서 {count}개를 고릅니다.": "A choice of {count} from the list of the validation rule ({source}).",
    "입력 규칙이 정수만 받습니다.": "The validation rule takes whole numbers only.",
    "입력 규칙이 숫자만 받습니다.": "The validation rule takes numbers only.",
    "입력 규칙이 날짜만 받습니다.": "The validation rule takes dates only.",
    "입력 규칙이 {low} 이상만 받습니다.": "The validation rule takes {low} or more.",
    "입력 규칙이 {high} 이하만 받습니다.": "The validation rule takes {high} or less.",
    "{row}행에 수식 ={formula}이(가) 있습니다.": "Row {row} has the formula ={formula}.",
    "표시 형식 {code}은(는) 날짜입니다.": "The number format {code} is a date.",
    "표시 형식 {code}은(는) 금액입니다.": "The number format {code} is an amount.",
    "표시 형식 {code}은(는) 비율입니다.": "The number format {code} is a percentage.",
    "표시 형식 {code}은(는) 정수입니다.": "The number format {code} is a whole number.",
    "표시 형식 {code}은(는) 소수입니다.": "The number format {code} has decimals.",
    "표시 형식 {code}은(는) 수이고, 제목 ‘{heading}’은(는) 개수입니다.": (
        "The number format {code} is a number, and the heading “{heading}” a count."
    ),
    "표시 형식이 텍스트(@)입니다.": "The number format is text (@).",
    "보기 값 ‘{value}’이(가) 숫자입니다.": "The sample “{value}” is a number.",
    "보기 값 ‘{value}’이(가) 날짜입니다.": "The sample “{value}” is a date.",
    "다른 표시가 없어 글로 읽었습니다.": "Read as text: nothing says otherwise.",
    "단위는 ‘{unit}’입니다.": "The unit is {unit}.",
    "합계 행의 수식 {formula}(으)로 더합니다.": "Added up by {formula} in the total row.",
    # Why the table was found where it is.
    "{top}~{bottom}행을 표의 제목으로 읽었습니다.": "Rows {top} to {bottom} were read as the headings.",
    "자동 필터가 {row}행에 걸려 있습니다.": "The filter is on row {row}.",
    "{row}행까지 틀 고정이 되어 있습니다.": "Panes are frozen down to row {row}.",
    "바로 아래 칸에 입력 규칙이 있습니다.": "The cells right below have validation rules.",
    "제목 칸의 모양이 아래 칸과 다릅니다.": "The headings look different from the cells below.",
    "아래에 테두리가 있는 입력 칸이 이어집니다.": "Bordered entry cells follow below.",
    "합계 행이 있습니다.": "There is a total row.",
    "{row}행이 제목 바로 아래에서 아래 행들을 더하므로 위쪽 합계 행입니다.": (
        "Row {row} is a total row on top: right under the headings it adds up the rows below."
    ),
    "{row}행이 {first}~{last}행을 더하므로 합계 행입니다.": "Row {row} is the total row: it adds up rows {first} to {last}.",
    # What is wrong with a returned workbook.
    "‘{sheet}’ 시트가 없습니다. 내려받은 서식의 시트 이름을 바꾸지 말고 다시 올려 주세요.": (
        "The sheet “{sheet}” is missing. Keep the sheet names of the form and upload it again."
    ),
    "‘{sheet}’ 시트가 없어 제목이 같은 ‘{found}’ 시트를 읽었습니다.": (
        "The sheet “{sheet}” is missing; “{found}”, which has the same headings, was read."
    ),
    "‘{sheet}’ 시트에서 서식의 제목을 찾지 못했습니다. 서식을 다시 내려받아 옮겨 적어 주세요.": (
        "The headings of the form are not on the sheet “{sheet}”. Download the form again and copy your entries."
    ),
    "{address} 칸에 오류 값 {value}이(가) 있습니다. 수식을 고치거나 값을 직접 입력해 주세요.": (
        "Cell {address} has the error {value}. Correct the formula or enter the value."
    ),
    "{address} 칸의 ‘{value}’을(를) 0으로 읽었습니다.": "“{value}” in cell {address} was read as 0.",
    "{address} 칸이 병합되어 있습니다. 병합을 풀고 행마다 값을 입력해 주세요.": (
        "The cells {address} are merged. Unmerge them and enter a value in each row."
    ),
    "{address} 칸의 부서가 ‘{value}’입니다. ‘{unit}’의 자료만 입력해 주세요.": (
        "The department in cell {address} is “{value}”. Enter only what belongs to “{unit}”."
    ),
    "{row}행이 합계 행 아래에 있어 읽지 않았습니다. 합계 행 위에 행을 넣고 옮겨 주세요.": (
        "Row {row} stands below the total row and was not read. Insert a row above the total and move it there."
    ),
    "고칠 곳이 {count}곳을 넘어 나머지는 표시하지 않았습니다.": "There are more than {count} problems; the rest is not shown.",
    "{address} 제목이 ‘{label}’에서 ‘{found}’(으)로 바뀌었습니다. 서식의 제목은 고치지 말아 주세요.": (
        "The heading at {address} was changed from “{label}” to “{found}”. Leave the headings of the form as they are."
    ),
    "‘{label}’ 열이 없어졌습니다. 서식을 다시 내려받아 옮겨 적어 주세요.": (
        "The column “{label}” is gone. Download the form again and copy your entries."
    ),
    "{letter}열 ‘{found}’은(는) 서식에 없는 열이라 읽지 않았습니다.": (
        "Column {letter} “{found}” is not in the form and was not read."
    ),
    "표가 서식보다 {count}행 아래에 있습니다. 제목을 찾아 읽었습니다.": (
        "The table is {count} rows lower than in the form. It was found by its headings."
    ),
    "표가 서식보다 {count}행 위에 있습니다. 제목을 찾아 읽었습니다.": (
        "The table is {count} rows higher than in the form. It was found by its headings."
    ),
    # Why a workbook cannot be used.
    "‘{name}’은(는) 엑셀 파일(.xlsx)이 아닙니다. 엑셀에서 ‘Excel 통합 문서(*.xlsx)’로 저장한 뒤 다시 올려 주세요.": (
        "“{name}” is not an Excel file (.xlsx). Save it in Excel as “Excel Workbook (*.xlsx)” and upload it again."
    ),
    "‘{name}’은(는) 내용이 없는 빈 파일입니다. 엑셀에서 열어 다시 저장한 뒤 올려 주세요.": (
        "“{name}” is an empty file. Open the form in Excel, save it again, and upload that."
    ),
    "‘{name}’은(는) 옛 형식(.xls)입니다. 엑셀에서 ‘Excel 통합 문서(*.xlsx)’로 저장한 뒤 다시 올려 주세요.": (
        "“{name}” has the old format (.xls). Save it in Excel as “Excel Workbook (*.xlsx)” and upload it again."
    ),
    "‘{name}’에 암호가 걸려 있어 읽을 수 없습니다. 암호를 해제하고 저장한 뒤 다시 올려 주세요.": (
        "“{name}” is protected with a password. Remove it, save, and upload it again."
    ),
    "‘{name}’ 파일이 손상되어 읽을 수 없습니다. 엑셀에서 열어 다시 저장한 뒤 올려 주세요.": (
        "“{name}” is damaged and cannot be read. Open it in Excel, save it again, and upload it."
    ),
    "‘{name}’의 압축을 풀면 {size}로, 허용 크기 {limit}를 넘습니다. 사진이나 쓰지 않는 시트를 지우고 다시 올려 주세요.": (
        "“{name}” unpacks to {size}, more than the {limit} allowed. Remove pictures or unused sheets and retry."
    ),
    "‘{name}’에 구성 파일이 {count}개 있어 한도 {limit}개를 넘습니다. 쓰지 않는 시트를 지우고 다시 올려 주세요.": (
        "“{name}” has {count} parts, more than the {limit} allowed. Remove unused sheets and upload it again."
    ),
    "‘{name}’의 ‘{sheet}’ 시트가 {cell} 칸까지 쓰여 있어 너무 넓습니다. 표 밖의 행과 열을 지우고 다시 올려 주세요.": (
        "The sheet “{sheet}” of “{name}” reaches to {cell}, which is too far. Delete what lies outside the table."
    ),
    "‘{name}’을(를) 읽는 데 시간이나 메모리가 너무 많이 듭니다. 표 밖의 행과 열, 쓰지 않는 시트를 지우고 다시 올려 주세요.": (
        "“{name}” takes too much time or memory. Delete what lies outside the table and unused sheets, then retry."
    ),
    "다른 사람이 올린 파일을 읽고 있어 ‘{name}’을(를) 아직 읽지 못했습니다. 잠시 뒤에 다시 올려 주세요.": (
        "Files of other people are being read, so “{name}” was not read yet. Upload it again in a moment."
    ),
    "‘{name}’에 {limit}행보다 많은 자료가 있습니다. {limit}행까지 받을 수 있으니 표에 필요 없는 행을 지우고 다시 올려 주세요.": (
        "“{name}” has more than {limit} rows, the most that can be taken. Delete rows that are not needed and retry."
    ),
    "{part}에 셀이 너무 많아 서식으로 쓸 수 없습니다. 입력된 자료를 지우고 빈 서식만 올려 주세요.": (
        "{part} has too many cells for a form. Delete the entries and upload the empty form."
    ),
    "{part}에 허용하지 않는 선언(DTD)이 있습니다. 엑셀에서 새 파일로 저장한 뒤 다시 올려 주세요.": (
        "{part} has a declaration that is not allowed (DTD). Save it as a new file in Excel and upload it again."
    ),
    "{part} 부분이 손상되어 읽을 수 없습니다. 엑셀에서 열어 다시 저장한 뒤 올려 주세요.": (
        "{part} is damaged and cannot be read. Open it in Excel, save it again, and upload it."
    ),
    "‘{name}’에 ‘{sheet}’ 시트가 없습니다. 있는 시트: {sheets}.": "“{name}” has no sheet “{sheet}”. It has: {sheets}.",
    "‘{name}’에 읽을 수 있는 시트가 없습니다. 엑셀에서 열어 표가 있는 시트를 남기고 다시 올려 주세요.": (
        "“{name}” has no readable sheet. Keep a sheet with a table and upload it again."
    ),
    "‘{sheet}’ 시트에서 표를 찾지 못했습니다. 제목 행이 있는 시트를 고르거나, 제목을 두 칸 이상 적어 주세요.": (
        "No table was found on the sheet “{sheet}”. Choose the sheet with the headings, or write at least two headings."
    ),
    "‘{name}’에 ‘{sheet}’ 시트의 표가 없습니다. 서식을 다시 올려 주세요.": (
        "“{name}” has no table on the sheet “{sheet}”. Upload the form again."
    ),
    "‘{name}’의 ‘{sheet}’ 시트가 {row}행까지 쓰여 있어 표에 행을 더할 수 없습니다. 표 아래의 쓰지 않는 행을 지우고 다시 올려 주세요.": (
        "The sheet “{sheet}” of “{name}” reaches down to row {row}, so its table cannot grow. Delete the unused rows."
    ),
    "모은 행이 {count}개라 한 시트에 담을 수 없습니다(최대 {limit}개). 나누어 취합해 주세요.": (
        "{count} rows do not fit on one sheet (at most {limit}). Collect them in parts."
    ),
}
